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
import type { Draft, Maker, Thing } from "../draft";
import type { Kind } from "../step";
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

const unixPath = (draft: Draft) => ({ path: draft.pick(["/tmp/u0", "/tmp/u1", "/d/a"]) });
const unixThings: Thing[] = ["unix", "unix", "unix-listener"];
const unixType = (draft: Draft): number => draft.pick([SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET]);

export const unix: readonly Maker[] = [
  {
    kind: "unix",
    weight: 3,
    make: (draft) => ({
      call: "socketpair",
      args: [AF_UNIX, unixType(draft) | maybeNonblocking(draft), 0],
      opens: ["unix", "unix"],
    }),
  },
  {
    kind: "unix",
    weight: 2,
    make: (draft) => ({ call: "socket", args: [AF_UNIX, unixType(draft) | maybeNonblocking(draft), 0], opens: "unix" }),
  },
  {
    // A server that listens, and perhaps a client.
    kind: "unix",
    weight: 2,
    make: (draft) => {
      const type = draft.pick([SOCK_STREAM, SOCK_SEQPACKET]);
      const address = unixPath(draft);
      return [
        { call: "socket", args: [AF_UNIX, type | maybeNonblocking(draft), 0], opens: "unix" },
        { call: "unlink", args: [address.path] },
        { call: "bind", args: [draft.ahead(0), address] },
        { call: "listen", args: [draft.ahead(0), draft.pick([0, 1, 5])] },
        { call: "socket", args: [AF_UNIX, type | SOCK_NONBLOCK, 0], opens: "unix" },
        { call: "connect", args: [draft.ahead(4), address] },
      ];
    },
  },
  ...common("unix", unixThings, [...SIZES, 5000, 70_000]),
  { kind: "unix", weight: 1, make: on(["unix"], "bind", (draft) => [unixPath(draft)]) },
  { kind: "unix", weight: 1, make: on(["unix"], "listen", (draft) => [draft.pick([0, 1, 5])]) },
  { kind: "unix", weight: 2, mayBlock: true, make: on(["unix"], "connect", (draft) => [unixPath(draft)]) },
  { kind: "unix", weight: 1, make: on(["unix"], "connect", () => [{ family: AF_UNSPEC }]) },
  {
    kind: "unix",
    weight: 3,
    mayBlock: true,
    make: (draft) => {
      const made = on(["unix-listener"], "accept4", (d) => [maybeNonblocking(d)])(draft);
      return made === null ? null : { ...made, opens: "unix" };
    },
  },
  {
    kind: "unix",
    weight: 2,
    make: on(["unix"], "sendto", (draft) => [draft.data(SIZES), MSG_NOSIGNAL | MSG_DONTWAIT, unixPath(draft)]),
  },
  { kind: "unix", weight: 1, make: (draft) => ({ call: "unlink", args: [unixPath(draft).path] }) },
];

export const udp: readonly Maker[] = [
  {
    kind: "udp",
    weight: 2,
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
  ...common("udp", ["udp"], SIZES),
  { kind: "udp", weight: 2, make: on(["udp"], "bind", (draft) => [draft.port()]) },
  { kind: "udp", weight: 3, make: on(["udp"], "connect", (draft) => [draft.port()]) },
  { kind: "udp", weight: 1, make: on(["udp"], "connect", () => [{ family: AF_UNSPEC }]) },
  {
    kind: "udp",
    weight: 6,
    make: on(["udp"], "sendto", (draft) => [draft.data(SIZES), MSG_NOSIGNAL | MSG_DONTWAIT, draft.port()]),
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

const stream = (flags: number) => ({ call: "socket", args: [AF_INET, SOCK_STREAM | flags, 0], opens: "tcp" as const });
const tcpSizes = [...SIZES, 3000];

export const tcp: readonly Maker[] = [
  { kind: "tcp", weight: 2, make: (draft) => stream(maybeNonblocking(draft)) },
  {
    // A server that listens.
    kind: "tcp",
    weight: 3,
    make: (draft) => [
      stream(maybeNonblocking(draft)),
      { call: "setsockopt", args: [draft.ahead(0), SOL_TCP, TCP_NODELAY, 1] },
      { call: "setsockopt", args: [draft.ahead(0), SOL_SOCKET, SO_REUSEADDR, draft.pick([0, 1])] },
      { call: "bind", args: [draft.ahead(0), draft.port()] },
      { call: "listen", args: [draft.ahead(0), draft.pick([0, 1, 5])] },
    ],
  },
  {
    // A client that connects.
    kind: "tcp",
    weight: 3,
    make: (draft) => [
      stream(SOCK_NONBLOCK),
      { call: "setsockopt", args: [draft.ahead(0), SOL_TCP, TCP_NODELAY, 1] },
      { call: "connect", args: [draft.ahead(0), draft.port()] },
    ],
  },
  {
    // A whole connection.
    kind: "tcp",
    weight: 2,
    make: (draft) => {
      const address = draft.port();
      return [
        stream(SOCK_NONBLOCK),
        { call: "setsockopt", args: [draft.ahead(0), SOL_TCP, TCP_NODELAY, 1] },
        { call: "setsockopt", args: [draft.ahead(0), SOL_SOCKET, SO_REUSEADDR, 1] },
        { call: "bind", args: [draft.ahead(0), address] },
        { call: "listen", args: [draft.ahead(0), 2] },
        stream(SOCK_NONBLOCK),
        { call: "setsockopt", args: [draft.ahead(5), SOL_TCP, TCP_NODELAY, 1] },
        { call: "connect", args: [draft.ahead(5), address] },
        { call: "accept4", args: [draft.ahead(0), draft.pick([0, SOCK_NONBLOCK])], opens: "tcp" },
        ...(draft.chance(50) ? [{ call: "fcntl", args: [draft.ahead(5), 4, 0] }] : []),
      ];
    },
  },
  ...common("tcp", ["tcp", "tcp", "tcp", "tcp-listener"], tcpSizes),
  { kind: "tcp", weight: 1, make: on(["tcp"], "bind", (draft) => [draft.port()]) },
  { kind: "tcp", weight: 1, mayBlock: true, make: on(["tcp"], "connect", (draft) => [draft.port()]) },
  { kind: "tcp", weight: 1, make: on(["tcp", "tcp-listener"], "connect", () => [{ family: AF_UNSPEC }]) },
  { kind: "tcp", weight: 1, make: on(["tcp-listener"], "listen", (draft) => [draft.pick([0, 1, 5])]) },
  {
    kind: "tcp",
    weight: 5,
    mayBlock: true,
    make: (draft) => {
      const made = on(["tcp-listener"], "accept4", (d) => [maybeNonblocking(d)])(draft);
      return made === null ? null : { ...made, opens: "tcp" };
    },
  },
  { kind: "tcp", weight: 3, make: on(["tcp", "tcp-listener"], "getsockopt", () => [SOL_TCP, TCP_INFO]) },
  {
    kind: "tcp",
    weight: 1,
    make: on(["tcp"], "setsockopt", (draft) => [
      SOL_SOCKET,
      SO_LINGER,
      { l_onoff: draft.pick([0, 1, 1]), l_linger: 0 },
    ]),
  },
  {
    kind: "tcp",
    weight: 1,
    make: on(["tcp"], "setsockopt", (draft) => [
      SOL_SOCKET,
      draft.pick([SO_REUSEADDR, SO_REUSEPORT, SO_KEEPALIVE]),
      draft.pick([0, 1]),
    ]),
  },
];
