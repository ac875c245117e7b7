/** Steps on TCP sockets. */
import {
  AF_INET,
  AF_UNSPEC,
  SO_KEEPALIVE,
  SO_LINGER,
  SO_REUSEADDR,
  SO_REUSEPORT,
  SOCK_NONBLOCK,
  SOCK_STREAM,
  SOL_SOCKET,
  SOL_TCP,
  TCP_INFO,
  TCP_NODELAY,
} from "../../../lib/sys";
import type { Maker } from "../choose";
import type { Thing } from "../draft";
import type { Ref } from "../step";
import { on } from "./files";
import { accept, accepting, common, maybeNonblocking, SIZES, unlessEnough } from "./sockets";

const TCP_SIZES = [...SIZES, 3000, 10_000, 40_000];

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
  ...common("tcp", ["tcp", "tcp", "tcp", "tcp", "tcp", "tcp-new", "tcp-listener"], TCP_SIZES),
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
