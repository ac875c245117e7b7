/**
 * A script while it is being made: which descriptors each process has and who sleeps in what, as the model has just shown.
 *
 * A script is made step by step while the model runs it, so that most steps make sense where they stand (choose.ts chooses). The
 * real machine is then given the finished script.
 */
import type { Random } from "../../lib/world";
import type { Actor, Outcome } from "../conformance/in-turn/actor";
import { type Kind, type Outcomes, Port, Ref, refsIn, type Step } from "./step";

/** What a descriptor leads to, as far as choosing calls is concerned. "udp" and so on are ends that can send; "-new" ones can't yet. */
export type Thing =
  | "file"
  | "reader"
  | "writer"
  | "unix-new"
  | "unix"
  | "unix-listener"
  | "udp"
  | "tcp-new"
  | "tcp"
  | "tcp-listener"
  | "epoll";

/** A step without its actor and number. */
export interface Body {
  readonly call: string;
  readonly args: readonly unknown[];
  /** What the descriptors that it makes lead to. */
  readonly opens?: Thing | readonly [Thing, Thing];
  /** The other end of what it makes. */
  readonly peer?: Ref;
}

interface Planned extends Body {
  readonly id: number;
  readonly actor: string;
  readonly kind: Kind;
}

/** A descriptor in a process. */
export interface Known {
  readonly ref: Ref;
  readonly number: number;
  thing: Thing;
  /** What bind gave it. */
  address?: unknown;
  /** Who hears what is sent here. */
  peer?: Ref;
  /** An epoll instance's list. */
  readonly watches: Ref[];
}

export class Draft {
  readonly steps: Step[] = [];
  /** Who makes the step that is being chosen. */
  actor = "a";
  awake: readonly string[] = [];
  /** A name for fork and pthread_create that nobody has at the moment. */
  freeActor: string | null = null;
  /** Main threads that sleep, for `interrupt`. */
  sleepingMains: readonly string[] = [];
  private planned: Planned[] = [];
  private readonly unanswered: Planned[] = [];
  private readonly tables = new Map<string, Known[]>([["a", []]]);
  private readonly mains = new Map<string, string>();
  private nextId = 0;

  constructor(readonly random: Random) {}

  pick<Item>(items: readonly Item[]): Item {
    return items[this.random.below(items.length)];
  }

  chance(percent: number): boolean {
    return this.random.below(100) < percent;
  }

  /** The descriptors of an actor's process. */
  tableOf(actor: string): Known[] {
    return this.tables.get(this.mains.get(actor) ?? actor) ?? [];
  }

  sameProcess(one: string, other: string): boolean {
    return this.mains.get(one) === this.mains.get(other);
  }

  known(fd: unknown): Known | undefined {
    return this.tableOf(this.actor).find(({ ref }) => same(ref, fd));
  }

  /** A descriptor of the actor's process that leads to one of these, or rarely to anything, or to nothing. */
  fd(...things: Thing[]): Ref | number | null {
    if (this.chance(1)) return this.pick([-1, 77, 1_000_000]);
    const table = this.tableOf(this.actor);
    const fitting = this.chance(3) ? table : table.filter(({ thing }) => things.includes(thing));
    return fitting.length === 0 ? null : this.pick(fitting).ref;
  }

  anyFd(): Ref | number | null {
    const table = this.tableOf(this.actor);
    return table.length === 0 ? null : this.pick(table).ref;
  }

  /** A descriptor that the `offset`-th body from the one being made on will make. */
  ahead(offset: number, at?: number): Ref {
    return new Ref(this.nextId + offset, at);
  }

  /** Has the process so many of these that calls on them are worth more than further ones? */
  hasEnough(...things: Thing[]): boolean {
    return this.tableOf(this.actor).filter(({ thing }) => things.includes(thing)).length >= 2 && this.chance(80);
  }

  /** Where somebody listens or receives, if this process knows of such; else anywhere. */
  target(thing: Thing): unknown {
    const addresses = this.tableOf(this.actor).filter((known) => known.thing === thing && known.address !== undefined);
    return addresses.length > 0 && this.chance(80) ? this.pick(addresses).address : this.port();
  }

  port(): { address: string; port: Port } {
    return { address: "127.0.0.1", port: new Port(this.random.below(3)) };
  }

  data(sizes: readonly number[]): Uint8Array {
    return new Uint8Array(this.pick(sizes)).fill(65 + this.random.below(20));
  }

  /** What sleepers wait for: each descriptor that a call under way names, and what an epoll instance among them watches. */
  awaited(): Ref[] {
    return this.unanswered.flatMap(({ actor, args }) => {
      const table = this.tableOf(actor);
      return [...refsIn(args)].flatMap((ref) => [ref, ...(table.find((known) => same(known.ref, ref))?.watches ?? [])]);
    });
  }

  /** Takes in where everybody is. Call it before each step. */
  look(actors: readonly Actor[], outcomes: Outcomes): void {
    for (const actor of actors) this.mains.set(actor.name, actor.main.name);
    for (const step of this.unanswered.splice(0)) {
      const outcome = outcomes.get(step.id);
      if (outcome?.state === "asleep") this.unanswered.push(step);
      else if (outcome?.state === "done") this.learn(step, outcome);
    }
    this.awake = actors.filter(({ state }) => state === "idle").map(({ name }) => name);
    this.freeActor = actors.find(({ state }) => state === "ended")?.name ?? null;
    this.sleepingMains = actors
      .filter((actor) => actor.state === "acting" && actor.main === actor)
      .map(({ name }) => name);
    this.planned = this.planned.filter(({ actor }) => this.awake.includes(actor));
  }

  /** What is left of a scene, if it goes on. */
  rest(): Step | null {
    const step = this.planned.shift();
    return step === undefined ? null : this.take(step);
  }

  /** The first of these bodies as a step of the actor's; the others follow. */
  play(kind: Kind, bodies: readonly Body[]): Step {
    const steps = bodies.map((body) => ({ ...body, id: this.nextId++, actor: this.actor, kind }));
    this.planned = steps.slice(1);
    return this.take(steps[0]);
  }

  private take(planned: Planned): Step {
    const { id, kind, actor, call, args } = planned;
    const step = { id, kind, actor, call, args };
    this.unanswered.push(planned);
    this.steps.push(step);
    return step;
  }

  /** New descriptors, closed ones, copies of tables. */
  private learn(step: Planned, outcome: Outcome): void {
    const table = this.tableOf(step.actor);
    const { call, args } = step;
    if (call === "fork") {
      const copy = table.map((known) => ({ ...known, watches: [...known.watches] }));
      this.tables.set(String(args[0]), copy);
      return;
    }
    const failed = /^E[A-Z]/.test(outcome.words) && call !== "exit";
    const known = table.find(({ ref }) => same(ref, args[0]));
    if (call === "connect" && known !== undefined && (!failed || outcome.words === "EINPROGRESS")) {
      if (known.thing === "tcp-new" || known.thing === "unix-new")
        known.thing = known.thing === "tcp-new" ? "tcp" : "unix";
    }
    if (failed) {
      if (outcome.words !== "EINPROGRESS") this.planned = [];
      return;
    }
    if (call === "close") this.forget(table, known?.number ?? Number(args[0]));
    if (call === "bind" && known !== undefined) known.address = args[1];
    if (call === "listen" && known !== undefined) {
      if (known.thing === "tcp-new") known.thing = "tcp-listener";
      if (known.thing === "unix-new") known.thing = "unix-listener";
    }
    if (call === "epoll_ctl" && args[1] === 1 && args[2] instanceof Ref) known?.watches.push(args[2]);
    if (call === "dup2" || call === "dup3") this.forget(table, Number(outcome.value));
    this.add(table, step, outcome);
  }

  private add(table: Known[], { id, opens, peer, call, args }: Planned, { value }: Outcome): void {
    if (opens === undefined) return;
    if (typeof opens !== "string") {
      const [first, second] = [new Ref(id, 0), new Ref(id, 1)];
      const [low, high] = value as [number, number];
      table.push({ ref: first, number: low, thing: opens[0], peer: second, watches: [] });
      table.push({ ref: second, number: high, thing: opens[1], peer: first, watches: [] });
      return;
    }
    const ref = new Ref(id);
    const original =
      call.startsWith("dup") || call === "fcntl" ? table.find((known) => same(known.ref, args[0])) : undefined;
    table.push({
      watches: [],
      ...original,
      ref,
      number: Number(value),
      thing: opens,
      ...(peer === undefined ? {} : { peer }),
    });
    const other = table.find((known) => same(known.ref, peer));
    if (other !== undefined) other.peer = ref;
  }

  private forget(table: Known[], number: number): void {
    // Now and then it goes on being used, as programs with a mistake do.
    if (this.chance(10)) return;
    for (let i = table.length - 1; i >= 0; i--) if (table[i].number === number) table.splice(i, 1);
  }
}

export function same(ref: Ref | undefined, fd: unknown): boolean {
  return ref !== undefined && fd instanceof Ref && fd.id === ref.id && fd.at === ref.at;
}
