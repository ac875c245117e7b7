/** Chooses the next step of a script: somebody new, something that wakes a sleeper, or any call of the script's kinds. */
import { MSG_DONTWAIT, MSG_NOSIGNAL, SHUT_WR } from "../../lib/sys";
import { type Body, type Draft, type Known, same } from "./draft";
import { type Kind, Port, type Step } from "./step";

/** A recipe for steps. `mayBlock`: not to be used by the last one who is awake. */
export interface Maker {
  readonly kind: Kind;
  readonly weight: number;
  readonly mayBlock?: boolean;
  /** null: makes no sense here. Several: a scene, played by one actor. */
  make(draft: Draft): Body | Body[] | null;
}

/** In percent, of the steps that aren't for sleepers. */
const SHARES: Partial<Record<Kind, number>> = { poll: 12, epoll: 20, descriptors: 8, processes: 2 };
/** A crowd large enough. */
const CROWD = 3;
const MANY_DESCRIPTORS = 12;

/** null when nobody is left. */
export function nextStep(draft: Draft, makers: readonly Maker[]): Step | null {
  const rest = draft.rest();
  if (rest !== null) return rest;
  const { awake, sleepingMains } = draft;
  if (sleepingMains.length > 0 && (awake.length === 0 || draft.chance(2))) {
    draft.actor = draft.pick(sleepingMains);
    return draft.play("processes", [{ call: "interrupt", args: [] }]);
  }
  if (awake.length === 0) return null;
  draft.actor = draft.pick(awake);
  const crowded = awake.length + sleepingMains.length >= CROWD;
  if (draft.freeActor !== null && draft.chance(crowded ? 1 : 25)) {
    return draft.play("processes", [
      { call: draft.pick(["fork", "pthread_create", "pthread_create"]), args: [draft.freeActor] },
    ]);
  }
  const poke = draft.chance(50) ? pokeSleeper(draft, makers) : null;
  return poke ?? anyStep(draft, makers);
}

function anyStep(draft: Draft, makers: readonly Maker[]): Step {
  const usable = makers.filter(({ mayBlock }) => draft.awake.length > 1 || mayBlock !== true);
  const kinds = [...new Set(usable.map(({ kind }) => kind))];
  for (;;) {
    if (draft.tableOf(draft.actor).length > MANY_DESCRIPTORS && draft.chance(25)) {
      return draft.play("descriptors", [{ call: "close", args: [draft.anyFd()] }]);
    }
    const shared = kinds.filter((kind) => SHARES[kind] !== undefined && draft.chance(SHARES[kind]));
    const others = kinds.filter((kind) => SHARES[kind] === undefined);
    const kind = draft.pick(shared.length > 0 || others.length === 0 ? [...shared, ...kinds.slice(0, 1)] : others);
    const wheel = usable
      .filter((maker) => maker.kind === kind)
      .flatMap((maker) => Array<Maker>(maker.weight).fill(maker));
    const made = draft.pick(wheel).make(draft);
    if (made !== null) return draft.play(kind, Array.isArray(made) ? made : [made]);
  }
}

/** Something done to the other end of what somebody sleeps on, by somebody awake who has it. */
function pokeSleeper(draft: Draft, makers: readonly Maker[]): Step | null {
  const awaited = draft.awaited();
  if (awaited.length === 0) return null;
  const ref = draft.pick(awaited);
  for (const actor of draft.awake) {
    draft.actor = actor;
    const other = draft.tableOf(actor).find(({ peer }) => same(peer, ref));
    if (other !== undefined) return draft.play(kindOf(other), [draft.pick(pokes(draft, other))]);
    const own = draft.tableOf(actor).find((known) => same(known.ref, ref));
    const steps = own === undefined ? null : approach(draft, own, makers);
    if (own !== undefined && steps !== null) return draft.play(kindOf(own), steps);
  }
  return null;
}

function kindOf({ thing }: Known): Kind {
  if (thing === "file" || thing === "epoll") return thing === "file" ? "files" : "epoll";
  return thing === "reader" || thing === "writer" ? "pipes" : (thing.split("-")[0] as "unix" | "udp" | "tcp");
}

function pokes(draft: Draft, { ref, thing }: Known): Body[] {
  const data = () => draft.data([1, 3, 100, 5000]);
  if (thing === "reader") {
    return [
      { call: "read", args: [ref, draft.pick([1, 4096, 70_000])] },
      { call: "close", args: [ref] },
    ];
  }
  if (thing === "writer") {
    const write = { call: "write", args: [ref, data()] };
    return [write, write, { call: "close", args: [ref] }];
  }
  const send = { call: "send", args: [ref, draft.data([1, 3, 100, 1000]), MSG_NOSIGNAL | MSG_DONTWAIT] };
  return [
    send,
    send,
    send,
    { call: "shutdown", args: [ref, SHUT_WR] },
    { call: "close", args: [ref] },
    { call: "recv", args: [ref, draft.pick([1, 1000, 70_000]), MSG_DONTWAIT] },
  ];
}

/** Sends or connects to where a socket is bound. */
function approach(draft: Draft, { thing, address }: Known, makers: readonly Maker[]): Body[] | null {
  if (address === undefined || makers.length === 0) return null;
  if (thing === "tcp-listener" || thing === "unix-listener") {
    const family = thing === "tcp-listener" ? 2 : 1;
    const fresh = thing === "tcp-listener" ? "tcp-new" : "unix-new";
    return [
      { call: "socket", args: [family, 1 | 0o4000, 0], opens: fresh },
      { call: "connect", args: [draft.ahead(0), address] },
    ];
  }
  const from = draft.tableOf(draft.actor).find((known) => known.thing === thing && known.address !== address);
  const bound = typeof address === "object" && address !== null && "port" in address && address.port instanceof Port;
  if (thing !== "udp" || from === undefined || !bound) return null;
  return [{ call: "sendto", args: [from.ref, draft.data([0, 1, 100]), MSG_NOSIGNAL | MSG_DONTWAIT, address] }];
}
