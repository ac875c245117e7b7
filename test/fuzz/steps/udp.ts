/** Steps on UDP sockets. */
import {
  AF_INET,
  AF_UNSPEC,
  MSG_DONTWAIT,
  MSG_NOSIGNAL,
  SO_BROADCAST,
  SO_RCVBUF,
  SO_REUSEADDR,
  SO_REUSEPORT,
  SOCK_DGRAM,
  SOL_SOCKET,
} from "../../../lib/sys";
import type { Maker } from "../choose";
import { on } from "./files";
import { common, maybeNonblocking, SIZES } from "./sockets";

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
  {
    // A buffer that overflows.
    kind: "udp",
    weight: 1,
    make: (draft) => {
      const [fd, from] = [draft.fd("udp"), draft.fd("udp")];
      const address = draft.target("udp");
      if (fd === null || from === null) return null;
      const send = () => ({
        call: "sendto",
        args: [from, draft.data([1, 1000]), MSG_NOSIGNAL | MSG_DONTWAIT, address],
      });
      return [
        { call: "setsockopt", args: [fd, SOL_SOCKET, SO_RCVBUF, draft.pick([0, 3000, 5000])] },
        ...Array.from({ length: 7 }, send),
      ];
    },
  },
  { kind: "udp", weight: 1, make: on(["udp"], "listen", () => [1]) },
];
