/**
 * A script while it is being made: who is awake and which descriptors each process has, as the model has just shown.
 *
 * A script is made step by step while the model runs it, so that most steps make sense where they stand. The real machine is then
 * given the finished script.
 */
import type { Random } from "../../lib/world";
import type { Actor, Outcome } from "../conformance/in-turn/actor";
import { type Kind, type Outcomes, Port, Ref, type Step } from "./step";

/** What a descriptor leads to, as far as choosing calls is concerned. */
export type Thing = "file" | "reader" | "writer" | "unix" | "unix-listener" | "udp" | "tcp" | "tcp-listener" | "epoll";

/** A step without its actor and number. `opens`: what the descriptors that it makes lead to. */
export interface Body {
  readonly call: string;
  readonly args: readonly unknown[];
  readonly opens?: Thing | readonly [Thing, Thing];
}

/** A recipe for steps. `mayBlock`: not to be used by the last one who is awake. */
export interface Maker {
  readonly kind: Kind;
  readonly weight: number;
  readonly mayBlock?: boolean;
  /** null: makes no sense here. Several: a scene, played by one actor. */
  make(draft: Draft): Body | Body[] | null;
}

interface Known {
  readonly ref: Ref;
  readonly number: number;
  thing: Thing;
}

interface Planned extends Body {
  readonly id: number;
  readonly actor: string;
  readonly kind: Kind;
}

export class Draft {
  readonly steps: Step[] = [];
  actor = "a";
  private planned: Planned[] = [];
  private readonly unseen: Planned[] = [];
  private readonly tables = new Map<string, Known[]>([["a", []]]);
  private nextId = 0;

  constructor(
    readonly random: Random,
    private readonly makers: readonly Maker[],
  ) {}

  pick<Item>(items: readonly Item[]): Item {
    return items[this.random.below(items.length)];
  }

  chance(percent: number): boolean {
    return this.random.below(100) < percent;
  }

  /** A descriptor of the actor's process that leads to one of these, or rarely to anything, or to nothing. */
  fd(...things: Thing[]): Ref | number | null {
    if (this.chance(2)) return this.pick([-1, 77, 1_000_000]);
    const table = this.table();
    const fitting = this.chance(4) ? table : table.filter(({ thing }) => things.includes(thing));
    return fitting.length === 0 ? null : this.pick(fitting).ref;
  }

  anyFd(): Ref | number | null {
    return this.fd("file", "reader", "writer", "unix", "unix-listener", "udp", "tcp", "tcp-listener", "epoll");
  }

  /** A descriptor that the `offset`-th body from the one being made on will make. */
  ahead(offset: number, at?: number): Ref {
    return new Ref(this.nextId + offset, at);
  }

  port(): { address: string; port: Port } {
    return { address: "127.0.0.1", port: new Port(this.random.below(3)) };
  }

  data(sizes: readonly number[]): Uint8Array {
    return new Uint8Array(this.pick(sizes)).fill(65 + this.random.below(20));
  }

  /** The processes' actors, for fork and pthread_create: a name that nobody has at the moment. */
  freeActor: string | null = null;
  /** Would anybody be left if this process ended? */
  othersAwake = false;

  private table(): Known[] {
    return this.tables.get(this.mainOf(this.actor)) ?? [];
  }

  private mains = new Map<string, string>([["a", "a"]]);

  private mainOf(actor: string): string {
    return this.mains.get(actor) ?? actor;
  }

  /** The next step, null when nobody is left to make one; after looking at where everybody is. */
  next(actors: readonly Actor[], outcomes: Outcomes): Step | null {
    for (const actor of actors) this.mains.set(actor.name, actor.main.name);
    this.learn(outcomes);
    const awake = actors.filter(({ state }) => state === "idle").map(({ name }) => name);
    this.freeActor = actors.find(({ state }) => state === "ended")?.name ?? null;
    this.planned = this.planned.filter(({ actor }) => awake.includes(actor));
    const step = this.planned.shift() ?? this.choose(actors, awake);
    if (step === null) return null;
    this.unseen.push(step);
    const { id, kind, actor, call, args } = step;
    this.steps.push({ id, kind, actor, call, args });
    return this.steps[this.steps.length - 1];
  }

  /** null: nobody is left. */
  private choose(actors: readonly Actor[], awake: readonly string[]): Planned | null {
    const sleeper = actors.find((actor) => actor.state === "acting" && actor.main === actor);
    if (sleeper !== undefined && (awake.length === 0 || this.chance(2))) return this.plan("interrupt", sleeper.name);
    if (awake.length === 0) return null;
    this.actor = this.pick(awake);
    const usable = this.makers.filter(({ mayBlock }) => awake.length > 1 || mayBlock !== true);
    this.othersAwake = awake.some((name) => this.mainOf(name) !== this.mainOf(this.actor));
    const wheel = usable.flatMap((maker) => Array<Maker>(maker.weight).fill(maker));
    for (;;) {
      const maker = this.pick(wheel);
      const made = maker.make(this);
      if (made === null) continue;
      const bodies = Array.isArray(made) ? made : [made];
      this.planned = bodies.map((body) => ({ ...body, id: this.nextId++, actor: this.actor, kind: maker.kind }));
      return this.planned.shift() as Planned;
    }
  }

  private plan(call: string, actor: string): Planned {
    return { id: this.nextId++, kind: "processes", actor, call, args: [] };
  }

  /** Takes in what has been answered since: new descriptors, closed ones, copies of tables. */
  private learn(outcomes: Outcomes): void {
    for (let i = 0; i < this.unseen.length; ) {
      const step = this.unseen[i];
      const outcome = outcomes.get(step.id);
      if (outcome?.state === "asleep") {
        i++;
        continue;
      }
      this.unseen.splice(i, 1);
      if (outcome?.state === "done") this.learnFrom(step, outcome);
    }
  }

  private learnFrom(step: Planned, outcome: Outcome): void {
    const table = this.tables.get(this.mainOf(step.actor)) ?? [];
    const { call, args, opens, id } = step;
    if (call === "fork") {
      if (outcome.words === "a pid")
        this.tables.set(
          String(args[0]),
          table.map((known) => ({ ...known })),
        );
      return;
    }
    if (outcome.words.startsWith("E")) return;
    if (call === "close") this.forget(table, this.numberOf(table, args[0]));
    if (call === "listen") {
      const known = table.find(({ ref }) => same(ref, args[0]));
      if (known?.thing === "tcp") known.thing = "tcp-listener";
      if (known?.thing === "unix") known.thing = "unix-listener";
    }
    if (call === "dup2" || call === "dup3") this.forget(table, Number(outcome.value));
    const things = typeof opens === "string" ? [opens] : (opens ?? []);
    for (const [at, thing] of things.entries()) {
      const number = Array.isArray(outcome.value) ? Number(outcome.value[at]) : Number(outcome.value);
      table.push({ ref: new Ref(id, things.length > 1 ? at : undefined), number, thing });
    }
  }

  private numberOf(table: readonly Known[], fd: unknown): number {
    return typeof fd === "number" ? fd : (table.find(({ ref }) => same(ref, fd))?.number ?? -1);
  }

  private forget(table: Known[], number: number): void {
    // Now and then it goes on being used, as programs with a mistake do.
    if (this.chance(10)) return;
    for (let i = table.length - 1; i >= 0; i--) if (table[i].number === number) table.splice(i, 1);
  }

  /** What a descriptor leads to, for calls that copy one. */
  thingOf(fd: unknown): Thing {
    return this.table().find(({ ref }) => same(ref, fd))?.thing ?? "file";
  }
}

function same(ref: Ref, fd: unknown): boolean {
  return fd instanceof Ref && fd.id === ref.id && fd.at === ref.at;
}
