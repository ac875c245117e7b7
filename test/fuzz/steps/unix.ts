/** Steps on sockets of AF_UNIX: pairs, and those with a path. */
import {
  AF_UNIX,
  AF_UNSPEC,
  MSG_DONTWAIT,
  MSG_NOSIGNAL,
  SOCK_DGRAM,
  SOCK_SEQPACKET,
  SOCK_STREAM,
} from "../../../lib/sys";
import type { Maker } from "../choose";
import type { Draft, Thing } from "../draft";
import { on } from "./files";
import { accept, accepting, common, maybeNonblocking, SIZES, unlessEnough } from "./sockets";

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
  {
    // A queue that fills up.
    kind: "unix",
    weight: 1,
    make: (draft) => {
      const fd = draft.fd("unix");
      const size = draft.pick([1, 1000, 70_000]);
      const send = () => ({ call: "send", args: [fd, draft.data([size]), MSG_NOSIGNAL | MSG_DONTWAIT] });
      return fd === null ? null : Array.from({ length: draft.pick([4, 12]) }, send);
    },
  },
  { kind: "unix", weight: 1, make: (draft) => ({ call: "unlink", args: [unixPath(draft).path] }) },
];
