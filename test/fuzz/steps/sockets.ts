/** Steps on sockets, one list each for AF_UNIX, UDP and TCP, and what they share. */
import {
  AF_INET,
  AF_UNIX,
  AF_UNSPEC,
  MSG_DONTWAIT,
  MSG_NOSIGNAL,
  MSG_PEEK,
  MSG_TRUNC,
  MSG_WAITALL,
  SO_ACCEPTCONN,
  SO_BROADCAST,
  SO_DOMAIN,
  SO_ERROR,
  SO_KEEPALIVE,
  SO_LINGER,
  SO_PROTOCOL,
  SO_REUSEADDR,
  SO_REUSEPORT,
  SO_TYPE,
  SOCK_CLOEXEC,
  SOCK_DGRAM,
  SOCK_NONBLOCK,
  SOCK_SEQPACKET,
  SOCK_STREAM,
  SOL_SOCKET,
  SOL_TCP,
  TCP_INFO,
  TCP_NODELAY,
} from "../../../lib/sys";
import type { Maker } from "../choose";
import type { Body, Draft, Thing } from "../draft";
import type { Kind, Ref } from "../step";
import { on } from "./files";

const SIZES = [0, 1, 3, 10, 100, 1000];
const FLAGS = [0, 0, 0, MSG_PEEK, MSG_TRUNC, MSG_WAITALL, MSG_PEEK | MSG_TRUNC, MSG_PEEK | MSG_WAITALL];
const maybeNonblocking = (draft: Draft): number => draft.pick([0, 0, SOCK_NONBLOCK, SOCK_NONBLOCK | SOCK_CLOEXEC]);
const OPTIONS = [
  SO_ERROR,
  SO_ERROR,
  SO_TYPE,
  SO_ACCEPTCONN,
  SO_LINGER,
  SO_DOMAIN,
  SO_PROTOCOL,
  SO_REUSEADDR,
  SO_REUSEPORT,
];

/** What every kind of socket can be asked. */
function common(kind: Kind, things: readonly Thing[], sizes: readonly number[]): Maker[] {
  const size = (draft: Draft): number => draft.pick(sizes);
  // TCP: a sleeper that asks for nothing returns at the first wake-up, even by a signal; no program relies on that.
  const most = (draft: Draft): number => (kind === "tcp" ? Math.max(size(draft), 1) : size(draft));
  const receive = (draft: Draft): number => draft.pick(FLAGS);
  return [
    { kind, weight: 6, mayBlock: true, make: on(things, "recv", (draft) => [most(draft), receive(draft)]) },
    { kind, weight: 2, make: on(things, "recv", (draft) => [size(draft), receive(draft) | MSG_DONTWAIT]) },
    { kind, weight: 1, mayBlock: true, make: on(things, "recvfrom", (draft) => [most(draft), receive(draft)]) },
    { kind, weight: 1, make: on(things, "recvfrom", (draft) => [size(draft), receive(draft) | MSG_DONTWAIT]) },
    { kind, weight: 1, make: on(things, "recvmsg", (draft) => [[size(draft), 2], receive(draft) | MSG_DONTWAIT]) },
    { kind, weight: 1, mayBlock: true, make: on(things, "read", (draft) => [size(draft)]) },
    { kind, weight: 5, mayBlock: true, make: on(things, "send", (draft) => [draft.data(sizes), MSG_NOSIGNAL]) },
    { kind, weight: 4, make: on(things, "send", (draft) => [draft.data(sizes), MSG_NOSIGNAL | MSG_DONTWAIT]) },
    { kind, weight: 1, mayBlock: true, make: on(things, "write", (draft) => [draft.data(sizes)]) },
    {
      kind,
      weight: 1,
      make: on(things, "sendmsg", (draft) => [
        { iov: [draft.data(sizes), draft.data(sizes)] },
        MSG_NOSIGNAL | MSG_DONTWAIT,
      ]),
    },
    { kind, weight: 2, make: on(things, "shutdown", (draft) => [draft.pick([0, 1, 1, 2, 7])]) },
    { kind, weight: 1, make: on(things, "getsockname") },
    { kind, weight: 1, make: on(things, "getpeername") },
    { kind, weight: 2, make: on(things, "getsockopt", (draft) => [SOL_SOCKET, draft.pick(OPTIONS)]) },
    { kind, weight: 2, make: on(things, "close") },
  ];
}

const unixPath = (draft: Draft) => ({ path: draft.pick(["/tmp/u0", "/tmp/u1", "/tmp/u1", "/d/a"]) });
const unixThings: Thing[] = ["unix", "unix", "unix", "unix-new", "unix-listener"];
const unixType = (draft: Draft): number => draft.pick([SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET]);

export const unix: readonly Maker[] = [
  {
    kind: "unix",
    weight: 4,
    make: unlessEnough("unix", (draft) => ({
      call: "socketpair",
      args: [AF_UNIX, unixType(draft) | maybeNonblocking(draft), 0],
      opens: ["unix", "unix"],
    })),
  },
  {
    kind: "unix",
    weight: 1,
    make: (draft) => ({
      call: "socket",
      args: [AF_UNIX, unixType(draft) | maybeNonblocking(draft), 0],
      opens: "unix-new",
    }),
  },
  {
    // A server that listens, a client, and perhaps their connection.
    kind: "unix",
    weight: 3,
    make: unlessEnough("unix", (draft) => {
      const type = draft.pick([SOCK_STREAM, SOCK_STREAM, SOCK_SEQPACKET]);
      const address = unixPath(draft);
      return [
        { call: "socket", args: [AF_UNIX, type | maybeNonblocking(draft), 0], opens: "unix-new" },
        { call: "bind", args: [draft.ahead(0), address] },
        { call: "listen", args: [draft.ahead(0), draft.pick([0, 1, 5])] },
        { call: "socket", args: [AF_UNIX, type | maybeNonblocking(draft), 0], opens: "unix-new" },
        { call: "connect", args: [draft.ahead(3), address] },
        ...(draft.chance(60) ? [{ ...accepting(draft, 0), peer: draft.ahead(3) }] : []),
      ];
    }),
  },
  {
    // Two that send each other datagrams by name.
    kind: "unix",
    weight: 1,
    make: (draft) => [
      { call: "socket", args: [AF_UNIX, SOCK_DGRAM | maybeNonblocking(draft), 0], opens: "unix-new" },
      { call: "bind", args: [draft.ahead(0), { path: "/tmp/u2" }] },
      { call: "socket", args: [AF_UNIX, SOCK_DGRAM | maybeNonblocking(draft), 0], opens: "unix", peer: draft.ahead(0) },
      { call: "connect", args: [draft.ahead(2), { path: "/tmp/u2" }] },
    ],
  },
  ...common("unix", unixThings, [...SIZES, 5000, 70_000]),
  { kind: "unix", weight: 1, make: on(["unix", "unix-new"], "bind", (draft) => [unixPath(draft)]) },
  {
    kind: "unix",
    weight: 1,
    make: on(["unix", "unix-new", "unix-listener"], "listen", (draft) => [draft.pick([0, 1, 5])]),
  },
  { kind: "unix", weight: 2, mayBlock: true, make: on(["unix", "unix-new"], "connect", (draft) => [unixPath(draft)]) },
  { kind: "unix", weight: 1, make: on(["unix", "unix-new"], "connect", () => [{ family: AF_UNSPEC }]) },
  { kind: "unix", weight: 3, mayBlock: true, make: accept(["unix-listener"], "unix") },
  {
    kind: "unix",
    weight: 2,
    make: on(["unix", "unix-new"], "sendto", (draft) => [
      draft.data(SIZES),
      MSG_NOSIGNAL | MSG_DONTWAIT,
      draft.pick([unixPath(draft), { path: "/tmp/u2" }]),
    ]),
  },
  { kind: "unix", weight: 1, make: (draft) => ({ call: "unlink", args: [unixPath(draft).path] }) },
];

export const udp: readonly Maker[] = [
  {
    kind: "udp",
    weight: 1,
    make: (draft) => ({ call: "socket", args: [AF_INET, SOCK_DGRAM | maybeNonblocking(draft), 0], opens: "udp" }),
  },
  {
    kind: "udp",
    weight: 2,
    make: (draft) => [
      { call: "socket", args: [AF_INET, SOCK_DGRAM | maybeNonblocking(draft), 0], opens: "udp" },
      { call: "bind", args: [draft.ahead(0), draft.port()] },
    ],
  },
  {
    // One that is bound, and one that is connected to it.
    kind: "udp",
    weight: 2,
    make: (draft) => {
      const address = draft.port();
      return [
        { call: "socket", args: [AF_INET, SOCK_DGRAM | maybeNonblocking(draft), 0], opens: "udp" },
        { call: "bind", args: [draft.ahead(0), address] },
        {
          call: "socket",
          args: [AF_INET, SOCK_DGRAM | maybeNonblocking(draft), 0],
          opens: "udp",
          peer: draft.ahead(0),
        },
        { call: "connect", args: [draft.ahead(2), address] },
      ];
    },
  },
  ...common("udp", ["udp"], SIZES),
  { kind: "udp", weight: 2, make: on(["udp"], "bind", (draft) => [draft.port()]) },
  { kind: "udp", weight: 3, make: on(["udp"], "connect", (draft) => [draft.target("udp")]) },
  { kind: "udp", weight: 1, make: on(["udp"], "connect", () => [{ family: AF_UNSPEC }]) },
  {
    kind: "udp",
    weight: 6,
    make: on(["udp"], "sendto", (draft) => [draft.data(SIZES), MSG_NOSIGNAL | MSG_DONTWAIT, draft.target("udp")]),
  },
  {
    kind: "udp",
    weight: 1,
    make: on(["udp"], "sendto", (draft) => [draft.data([65_507, 65_508, 70_000]), MSG_NOSIGNAL, draft.port()]),
  },
  {
    kind: "udp",
    weight: 1,
    make: on(["udp"], "setsockopt", (draft) => [
      SOL_SOCKET,
      draft.pick([SO_REUSEADDR, SO_REUSEPORT, SO_BROADCAST]),
      draft.pick([0, 1]),
    ]),
  },
  { kind: "udp", weight: 1, make: on(["udp"], "listen", () => [1]) },
];

const stream = (flags: number) => ({
  call: "socket",
  args: [AF_INET, SOCK_STREAM | flags, 0],
  opens: "tcp-new" as const,
});
/** So that nothing waits for an acknowledgement that is delayed: how long that takes in steps is chance. */
const noDelay = (fd: Ref) => ({ call: "setsockopt", args: [fd, SOL_TCP, TCP_NODELAY, 1] });
const anyTcp: Thing[] = ["tcp", "tcp-new", "tcp-listener"];

export const tcp: readonly Maker[] = [
  { kind: "tcp", weight: 1, make: unlessEnough("tcp-new", (draft) => stream(maybeNonblocking(draft))) },
  {
    // A server that listens.
    kind: "tcp",
    weight: 2,
    make: unlessEnough("tcp-listener", (draft) => [
      stream(maybeNonblocking(draft)),
      noDelay(draft.ahead(0)),
      { call: "setsockopt", args: [draft.ahead(0), SOL_SOCKET, SO_REUSEADDR, draft.pick([0, 1])] },
      { call: "bind", args: [draft.ahead(0), draft.port()] },
      { call: "listen", args: [draft.ahead(0), draft.pick([0, 1, 5])] },
    ]),
  },
  {
    // A client that connects.
    kind: "tcp",
    weight: 2,
    make: unlessEnough("tcp", (draft) => [
      stream(SOCK_NONBLOCK),
      noDelay(draft.ahead(0)),
      { call: "connect", args: [draft.ahead(0), draft.target("tcp-listener")] },
    ]),
  },
  {
    // A whole connection.
    kind: "tcp",
    weight: 8,
    make: unlessEnough("tcp", (draft) => {
      const address = draft.port();
      return [
        stream(maybeNonblocking(draft)),
        noDelay(draft.ahead(0)),
        { call: "bind", args: [draft.ahead(0), address] },
        { call: "listen", args: [draft.ahead(0), 2] },
        stream(maybeNonblocking(draft)),
        noDelay(draft.ahead(4)),
        { call: "connect", args: [draft.ahead(4), address] },
        { ...accepting(draft, 0), opens: "tcp", peer: draft.ahead(4) },
        ...(draft.chance(30) ? [{ call: "close", args: [draft.ahead(0)] }] : []),
      ];
    }),
  },
  ...common("tcp", ["tcp", "tcp", "tcp", "tcp", "tcp", "tcp-new", "tcp-listener"], [...SIZES, 3000]),
  { kind: "tcp", weight: 1, make: on(["tcp", "tcp-new"], "bind", (draft) => [draft.port()]) },
  {
    kind: "tcp",
    weight: 1,
    mayBlock: true,
    make: on(["tcp", "tcp-new"], "connect", (draft) => [draft.target("tcp-listener")]),
  },
  { kind: "tcp", weight: 1, make: on(anyTcp, "connect", () => [{ family: AF_UNSPEC }]) },
  { kind: "tcp", weight: 1, make: on(["tcp-listener"], "listen", (draft) => [draft.pick([0, 1, 5])]) },
  { kind: "tcp", weight: 5, mayBlock: true, make: accept(["tcp-listener"], "tcp") },
  { kind: "tcp", weight: 3, make: on(anyTcp, "getsockopt", () => [SOL_TCP, TCP_INFO]) },
  {
    kind: "tcp",
    weight: 2,
    make: on(anyTcp, "setsockopt", (draft) => [SOL_SOCKET, SO_LINGER, { l_onoff: draft.pick([0, 1, 1]), l_linger: 0 }]),
  },
  {
    kind: "tcp",
    weight: 1,
    make: on(anyTcp, "setsockopt", (draft) => [
      SOL_SOCKET,
      draft.pick([SO_REUSEADDR, SO_REUSEPORT, SO_KEEPALIVE]),
      draft.pick([0, 1]),
    ]),
  },
];

/** Nothing, when the process has enough of what this would make. */
function unlessEnough(thing: Thing, make: Maker["make"]): Maker["make"] {
  return (draft) => (draft.hasEnough(thing) ? null : make(draft));
}

function accepting(draft: Draft, listener: number): Body {
  return { call: "accept4", args: [draft.ahead(listener), maybeNonblocking(draft)], opens: "unix" };
}

function accept(things: readonly Thing[], opens: Thing) {
  return (draft: Draft) => {
    const made = on(things, "accept4", (d) => [maybeNonblocking(d)])(draft);
    return made === null ? null : { ...made, opens };
  };
}
