/** Rules about bytes on their way: what a stream, a datagram socket and their buffers do not promise. */
import { FIONREAD, SIOCOUTQ, SO_RCVBUF, SO_SNDBUF, SOL_SOCKET } from "../../sys";
import { datagrams, type LoneRule, type Rule, type RuleText, reads, streams, writes } from "./rule";

const chunks: RuleText = {
  id: "chunks",
  title: "cut elsewhere",
  why: "A stream has no borders: how many bytes one read finds depends on when it looks. All bytes together are the same.",
  source: "RFC 9293, 3.8 and 3.9.1; read(2), pipe(7)",
};

const mixed: RuleText = {
  id: "whose-bytes",
  title: "whose bytes first",
  why: "Several write to one pipe or socket, or several read from it: nothing says who comes first. No byte is lost or made up.",
  source: "pipe(7) “PIPE_BUF”; write(2)",
};

export const clients: RuleText = {
  id: "which-client",
  title: "which client first",
  why: "Clients that connect at the same time are accepted in any order, so the same connection may be another client's.",
  source: "accept(2), listen(2)",
};

export const messages: RuleText = {
  id: "datagram-order",
  title: "which datagram first",
  why: "Datagrams of several senders come in any order (with UDP, those of one sender too). All of them together are the same.",
  source: "RFC 768; udp(7)",
};

export const dataRules: readonly Rule[] = [
  {
    ...chunks,
    allows: ({ path }, { expected, sameStream, leadsTo }) =>
      sameStream &&
      ((reads.has(expected.name) && streams.has(leadsTo) && path.startsWith("result")) ||
        (writes.has(expected.name) && (path === "result" || path.startsWith("args.1")))),
  },
  {
    ...clients,
    allows: ({ path, kind }, { expected, sameClients, hadCompany }) =>
      sameClients &&
      hadCompany &&
      ((reads.has(expected.name) && path.startsWith("result")) ||
        (writes.has(expected.name) && (path === "result" || path.startsWith("args.1"))) ||
        (expected.name === "getpeername" && kind === "port")),
  },
  {
    ...messages,
    allows: ({ path }, { expected, sameMixed, leadsTo, hadCompany }) =>
      datagrams.has(leadsTo) && sameMixed && hadCompany && reads.has(expected.name) && path.startsWith("result"),
  },
  {
    ...mixed,
    allows: ({ path }, { expected, sameMixed, leadsTo, hadCompany }) =>
      streams.has(leadsTo) && sameMixed && hadCompany && reads.has(expected.name) && path.startsWith("result"),
  },
  {
    id: "buffer-size",
    title: "size of buffers",
    why: "How large buffers are, and how full they are at one moment, is for each system and its load to say.",
    source: "socket(7) SO_SNDBUF, SO_RCVBUF; tcp(7) tcp_wmem, tcp_rmem; ioctl_tty(2) FIONREAD",
    allows: (_difference, { expected: { name, args } }) =>
      (name === "getsockopt" && args[1] === SOL_SOCKET && (args[2] === SO_SNDBUF || args[2] === SO_RCVBUF)) ||
      (name === "ioctl" && (args[1] === SIOCOUTQ || args[1] === FIONREAD)),
  },
  {
    id: "room",
    title: "room in the buffer",
    why: "A nonblocking write takes as much as there is room for; how much that is depends on buffers and on the reader.",
    source: "write(2), send(2) “MSG_DONTWAIT”",
    allows: ({ path }, { expected, leadsTo, impatient, afterwards }) =>
      writes.has(expected.name) &&
      path === "result" &&
      impatient &&
      // A pipe's room is known to the byte; what a reader has taken meanwhile is not.
      (leadsTo === "tcp" || leadsTo === "unix" || (leadsTo === "pipe" && afterwards)),
  },
];

export const loneDataRules: readonly LoneRule[] = [
  {
    ...messages,
    allows: ({ name, error }, { sameMixed, leadsTo, hadCompany }) =>
      sameMixed && hadCompany && datagrams.has(leadsTo) && !error && reads.has(name),
  },
  {
    ...chunks,
    allows: ({ name, error }, { sameStream, leadsTo }) =>
      sameStream && !error && ((reads.has(name) && streams.has(leadsTo)) || writes.has(name)),
  },
  {
    ...clients,
    allows: ({ name, error }, { sameClients, hadCompany }) =>
      sameClients && hadCompany && !error && (reads.has(name) || writes.has(name)),
  },
  {
    ...mixed,
    allows: ({ name, error }, { sameMixed, leadsTo, hadCompany }) =>
      sameMixed && hadCompany && streams.has(leadsTo) && !error && reads.has(name),
  },
];
