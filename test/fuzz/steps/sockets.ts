/** What steps on sockets of every kind have in common. */
import {
  MSG_DONTWAIT,
  MSG_NOSIGNAL,
  MSG_PEEK,
  MSG_TRUNC,
  MSG_WAITALL,
  SO_ACCEPTCONN,
  SO_DOMAIN,
  SO_ERROR,
  SO_LINGER,
  SO_PROTOCOL,
  SO_REUSEADDR,
  SO_REUSEPORT,
  SO_TYPE,
  SOCK_CLOEXEC,
  SOCK_NONBLOCK,
  SOL_SOCKET,
} from "../../../lib/sys";
import type { Maker } from "../choose";
import type { Body, Draft, Thing } from "../draft";
import type { Kind } from "../step";
import { on } from "./files";

export const SIZES = [0, 1, 3, 10, 100, 1000];
const FLAGS = [0, 0, 0, MSG_PEEK, MSG_TRUNC, MSG_WAITALL, MSG_PEEK | MSG_TRUNC, MSG_PEEK | MSG_WAITALL];
export const maybeNonblocking = (draft: Draft): number =>
  draft.pick([0, 0, SOCK_NONBLOCK, SOCK_NONBLOCK | SOCK_CLOEXEC]);
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
export function common(kind: Kind, things: readonly Thing[], sizes: readonly number[]): Maker[] {
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

/** Nothing, when the process has enough of what this would make. */
export function unlessEnough(thing: Thing, make: Maker["make"]): Maker["make"] {
  return (draft) => (draft.hasEnough(thing) ? null : make(draft));
}

export function accepting(draft: Draft, listener: number): Body {
  return { call: "accept4", args: [draft.ahead(listener), maybeNonblocking(draft)], opens: "unix" };
}

export function accept(things: readonly Thing[], opens: Thing) {
  return (draft: Draft) => {
    const made = on(things, "accept4", (d) => [maybeNonblocking(d)])(draft);
    return made === null ? null : { ...made, opens };
  };
}
