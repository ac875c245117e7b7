/**
 * Several processes and threads, one step at a time: whose turn it is stands in the script, whoever schedules.
 *
 * After each step the conductor waits until everybody is at rest: waiting for a turn, or asleep in a call. On the model that is so
 * as soon as a little virtual time has passed; on the real machine /proc tells (at-rest.ts). So it is determined who acts
 * on what, and comparable in which step a sleeper wakes and with what.
 */
import {
  AF_INET,
  F_DUPFD,
  type InetAddress,
  isSystemError,
  type Program,
  SIG_IGN,
  SIGCHLD,
  SIGPIPE,
  SIGUSR1,
  SOCK_DGRAM,
  SOCK_STREAM,
  type Sys,
} from "../../../lib/sys";
import { Actor, acting, type Outcome, type Stage } from "./actor";
import { awaitsAcknowledgement, isRealChild, packetsPutOff, sleepsInItsCall, whereabouts } from "./at-rest";

/** Descriptors of the conductor and of actors' control pipes start here; scripts stay below. */
const OUT_OF_THE_WAY = 200;
const PORTS = 3;
const PATIENCE_MS = 10_000;
/** A TCP receiver may put off its acknowledgement for 40 ms; where that is waited for, it is no longer than so many. */
const ACKNOWLEDGED_MS = 41;
const UNACKNOWLEDGED_MS = 300;
/** Calls after which there may be something to acknowledge. */
const SENDING = new Set("send sendto sendmsg write writev shutdown close connect exit dup2 dup3 setsockopt".split(" "));
/** On the real machine, everybody must be seen at rest so often in a row. */
const CALM = 2;

export const actorNames = ["a", "b", "c", "d"] as const;
export type ActorName = (typeof actorNames)[number];

export class Conductor implements Stage {
  readonly actors: Actor[] = [];
  /** Free ports on 127.0.0.1 to bind to, as far as one can know. */
  readonly ports: InetAddress[] = [];
  /** What each step gave, and who was woken by it. */
  readonly lines: string[] = [];
  over = false;
  private real = false;
  private usesTcp = false;
  private mayBeUnacknowledged = false;
  /** Whoever was sent a signal wakes, even if the real one needs a second attempt. */
  private interrupted: Actor | null = null;
  private asleep = new Set<Outcome>();
  private readonly names = new Map<string, string>();

  constructor(private readonly sys: Sys) {}

  nameOf(kind: string, value: number): string {
    const key = `${kind} ${value}`;
    const count = [...this.names.keys()].filter((other) => other.startsWith(`${kind} `)).length;
    const name = this.names.get(key) ?? `${kind} ${count}`;
    this.names.set(key, name);
    return name;
  }

  /** Sets the stage; actor "a" is there, the others come by fork or pthread_create. */
  *begin(): Program<void> {
    const { sys } = this;
    this.real = isRealChild(yield* sys.getpid());
    // Children that nobody waits for leave no zombies, so that kill(pid, 0) tells when one is gone.
    yield* sys.sigaction(SIGCHLD, { handler: SIG_IGN });
    yield* sys.sigaction(SIGPIPE, { handler: SIG_IGN });
    yield* this.reservePorts();
    for (const name of actorNames) {
      const low = yield* sys.pipe();
      const [r, w] = [
        yield* sys.fcntl(low[0], F_DUPFD, OUT_OF_THE_WAY),
        yield* sys.fcntl(low[1], F_DUPFD, OUT_OF_THE_WAY),
      ];
      for (const fd of low) yield* sys.close(fd);
      this.actors.push(new Actor(name, [r, w]));
    }
    const [first] = this.actors;
    yield* sys.fork(acting(this, first, first));
    yield* this.settle();
  }

  private *reservePorts(): Program<void> {
    const { sys } = this;
    const held: number[] = [];
    for (let i = 0; i < PORTS; i++) {
      const tcp = yield* sys.socket(AF_INET, SOCK_STREAM);
      yield* sys.bind(tcp, { address: "127.0.0.1", port: 0 });
      const name = (yield* sys.getsockname(tcp)) as InetAddress;
      const udp = yield* sys.socket(AF_INET, SOCK_DGRAM);
      held.push(tcp, udp);
      yield* sys.bind(udp, name);
      this.ports.push(name);
      this.nameOf("port", name.port);
    }
    for (const fd of held) yield* sys.close(fd);
  }

  /** One step. `args` are final; null when a descriptor among them was never made. */
  *step(actorName: string, call: string, args: unknown[] | null, note?: string): Program<Outcome> {
    const actor = this.actors.find(({ name }) => name === actorName);
    const outcome: Outcome = { actor: actorName, call, state: "skipped", words: "skipped" };
    const taken = args !== null && actor !== undefined ? yield* this.take(actor, call, args, outcome) : false;
    const woken = taken ? this.woken(outcome) : [];
    this.lines.push(
      [`${actorName} ${call}${note === undefined ? "" : ` ${note}`}: ${outcome.words}`, ...woken].join("; "),
    );
    if (outcome.state === "asleep") this.asleep.add(outcome);
    return outcome;
  }

  private *take(actor: Actor, call: string, args: unknown[], outcome: Outcome): Program<boolean> {
    const { sys } = this;
    if (call === "interrupt") {
      // A signal to the process goes to its main thread first.
      if (actor.state !== "acting" || actor.main !== actor) return false;
      this.interrupted = actor;
      yield* sys.kill(actor.pid, SIGUSR1);
      Object.assign(outcome, { state: "done", words: "sent" });
      yield* this.settle();
      return true;
    }
    if (actor.state !== "idle") return false;
    const order = this.ordered(actor, call, args);
    if (order === null) return false;
    Object.assign(outcome, { state: "asleep", words: "asleep" });
    if (call === "pthread_kill") this.interrupted = this.actors.find(({ tid }) => tid === args[0]) ?? null;
    actor.order = { ...order, outcome };
    actor.state = "acting";
    if (call === "socket" && args[0] === AF_INET && (Number(args[1]) & 0xf) === SOCK_STREAM) this.usesTcp = true;
    this.mayBeUnacknowledged = this.usesTcp && SENDING.has(call);
    yield* sys.write(actor.control[1], new Uint8Array(1));
    if (call === "exit") yield* this.awaitExit(actor, outcome);
    yield* this.settle();
    if (call === "execve") Object.assign(outcome, { state: "done", words: "a new program" });
    return true;
  }

  /** The call as the kernel gets it: fork and pthread_create name the actor that comes to be; execve goes on as the same one. */
  private ordered(actor: Actor, call: string, args: unknown[]): { name: string; args: unknown[] } | null {
    if (call === "execve") {
      // The process's other threads end with the old program.
      for (const other of this.actors) if (other.main === actor.main && other !== actor) this.gone(other);
      return { name: call, args: [acting(this, actor, actor)] };
    }
    if (call !== "fork" && call !== "pthread_create") return { name: call, args };
    const other = this.actors.find(({ name }) => name === args[0]);
    if (other === undefined || other.state !== "ended") return null;
    return { name: call, args: [acting(this, other, call === "fork" ? other : actor.main)] };
  }

  private *awaitExit({ main, pid }: Actor, outcome: Outcome): Program<void> {
    const { sys } = this;
    try {
      for (;;) {
        yield* sys.kill(pid, 0);
        yield* this.pass();
      }
    } catch (error) {
      if (!isSystemError(error) || error.code !== "ESRCH") throw error;
    }
    for (const other of this.actors) if (other.main === main) this.gone(other);
    Object.assign(outcome, { state: "done", words: "ended" });
  }

  private gone(actor: Actor): void {
    actor.state = "ended";
    if (actor.order !== null) this.asleep.delete(actor.order.outcome);
  }

  /** Who slept before this step and doesn't any more. */
  private woken(step: Outcome): string[] {
    const awake = [...this.asleep].filter(({ state }) => state === "done");
    for (const outcome of awake) this.asleep.delete(outcome);
    return awake
      .filter((outcome) => outcome !== step)
      .map(({ actor, call, words }) => `${actor}'s ${call} wakes: ${words}`)
      .sort();
  }

  private *pass(): Program<void> {
    yield* this.real ? this.sys.sched_yield() : this.sys.nanosleep({ tv_sec: 0, tv_nsec: 10_000 });
  }

  /** Waits until everybody is at rest. */
  private *settle(): Program<void> {
    if (!this.real) {
      yield* this.sys.nanosleep({ tv_sec: 0, tv_nsec: (this.mayBeUnacknowledged ? ACKNOWLEDGED_MS : 0.01) * 1e6 });
      return;
    }
    const begun = performance.now();
    for (let calm = 0; calm < CALM; ) {
      yield* this.pass();
      const elapsed = performance.now() - begun;
      calm =
        this.actors.every(atRest) &&
        !packetsPutOff() &&
        !this.unacknowledged(elapsed) &&
        this.interrupted?.state !== "acting"
          ? calm + 1
          : 0;
      if (elapsed > PATIENCE_MS) throw new Error(`not at rest: ${this.report()}`);
    }
    this.interrupted = null;
  }

  private unacknowledged(elapsed: number): boolean {
    if (!this.mayBeUnacknowledged || elapsed > UNACKNOWLEDGED_MS) return false;
    return awaitsAcknowledgement(this.ports.map(({ port }) => port));
  }

  /** Who is where, for an error. */
  private report(): string {
    const places = this.actors.map(({ name, state, pid, tid }) => `${name} is ${state}: ${whereabouts(pid, tid)}`);
    return [...this.lines, ...places].join("\n");
  }

  /** Wakes those who still sleep, one by one, and ends everybody. */
  *end(): Program<void> {
    const mains = this.actors.filter((actor) => actor.main === actor && actor.state !== "ended");
    for (const main of mains) {
      if (main.state === "acting") yield* this.step(main.name, "interrupt", []);
      for (const { name, tid, state } of this.actors.filter((actor) => actor.main === main)) {
        if (state === "acting") yield* this.step(main.name, "pthread_kill", [tid, SIGUSR1], name);
      }
    }
    this.over = true;
    for (const { state, control } of this.actors) {
      if (state !== "ended") yield* this.sys.write(control[1], new Uint8Array(1));
    }
    const begun = performance.now();
    while (this.actors.some(({ state }) => state !== "ended")) {
      yield* this.pass();
      if (performance.now() - begun > PATIENCE_MS) throw new Error(`no end: ${this.report()}`);
    }
  }
}

function atRest({ state, pid, tid }: Actor): boolean {
  return state !== "acting" || (pid !== 0 && tid !== 0 && sleepsInItsCall(pid, tid));
}
