/**
 * A world: machines, what joins them, and the one clock they live by.
 *
 *     const world = new World({ seed: 1 });
 *     const alice = world.host("alice");
 *     alice.spawn(function* main() { … }, "main");
 *     world.run();
 *
 * One seed, one run: everything that is left to chance comes from `random`, and time is the event queue's.
 */
import type { DeviceModules } from "../device/guarded-driver";
import type { Link, LinkOptions } from "../device/link";
import type { Nic } from "../device/nic";
import type { Outside } from "../device/outside";
import type { Switch } from "../device/switch";
import type { Trace } from "../kernel/events";
import { Kernel } from "../kernel/kernel";
import type { KernelModules } from "../kernel/modules";
import type { Patience } from "../kernel/patience";
import type { Process } from "../kernel/process";
import { installNetwork } from "../net/install";
import type { NetModules } from "../net/modules/modules";
import type { TcpSysctl } from "../net/tcp/sysctl";
import { checkOptionNames, type OptionNames } from "../sys/known-options";
import { checkHost } from "./checks";
import { type Nanoseconds, SECOND } from "./clock";
import { EventQueue } from "./event-queue";
import { Random } from "./random";
import { type CardOptions, type Plug, Wiring } from "./wiring";

/** With which seed, and who listens. */
export interface WorldOptions {
  /** Any number: the same seed gives the same run. Default 1. */
  seed?: number;
  /** Where events go, such as a `Recorder`; null (the default) for nowhere, which is fastest. */
  trace?: Trace | null;
}

/** What a machine is like when it boots. */
export interface HostOptions {
  /**
   * Parts of the machine to replace, by name: `{ routeTable: () => mine }`; see lib/kernel/modules.ts, lib/net/modules/modules.ts,
   * lib/device/nic-driver.ts.
   */
  modules?: Partial<KernelModules & NetModules & DeviceModules>;
  /** How long these modules may think about an answer; default: for 2 seconds each time (lib/course/world.ts). */
  patience?: Patience;
  /** "10.0.0.1/24": the machine has a card, "eth0", with this address. Left out: none, until a wire is plugged in. */
  address?: string;
  /**
   * The router for everything that isn't on its own wires: "10.0.0.254". Default: none; then it reaches nobody beyond them
   * (ENETUNREACH).
   */
  gateway?: string;
  /** It passes on what isn't for it: it is a router. Default false. */
  forwarding?: boolean;
  /** What the card is like: `{ mtu, ringSize, checksumOffload, … }`. */
  card?: Omit<CardOptions, "address">;
  /** What differs from the defaults in /proc/sys/net/ipv4: `{ tcp_syn_retries: 2 }`. Names and units are Linux's. */
  sysctl?: Partial<TcpSysctl>;
  /** Files that exist from the start: path to contents, `{ "/etc/motd": "hello" }`. */
  files?: Readonly<Record<string, Uint8Array | string>>;
  /** What was typed on the console: descriptor 0 of its programs reads it. */
  stdin?: Uint8Array | string;
  /** Called when a process of this host has ended, before its parent hears of it. */
  onExit?: (process: Process) => void;
}

const WORLD_OPTIONS: OptionNames<WorldOptions> = { seed: true, trace: true };

const encoder = new TextEncoder();

/** An option that is undefined is one that was left out. */
function withoutGaps<Options extends object>(options: Options): Options {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Options;
}

function toBytes(contents: Uint8Array | string): Uint8Array {
  return typeof contents === "string" ? encoder.encode(contents) : contents;
}

/** Machines, what joins them, and the one clock they live by. */
export class World {
  /** Virtual time, in nanoseconds since the world began. */
  readonly clock = new EventQueue();
  /** Everything that is left to chance; one seed gives one run. */
  readonly random: Random;
  /** The machines by name. */
  readonly hosts = new Map<string, Kernel>();
  private readonly trace: Trace | null;
  private readonly wiring: Wiring;
  private readonly names = new Set<string>();

  /**
   * A world without machines: `world.host` boots them, `world.link` joins them, `world.run` lets time pass. Throws a TypeError when the
   * options make no sense.
   */
  constructor(options: WorldOptions = {}) {
    checkOptionNames("new World", options, WORLD_OPTIONS);
    if (!Number.isFinite(options.seed ?? 1)) throw new TypeError(`seed is a number, not ${options.seed}`);
    this.random = new Random(options.seed ?? 1);
    this.trace = options.trace ?? null;
    this.wiring = new Wiring(this.clock, this.random.fork(), this.trace);
  }

  /**
   * Boots a machine. Its kernel starts programs with `spawn`. Throws an Error when the name or the address is another machine's, a
   * TypeError or RangeError when the options make no sense.
   */
  host(name: string, options: HostOptions = {}): Kernel {
    checkHost(name, options);
    if (options.address !== undefined) this.wiring.checkFree(options.address);
    this.takeName(name);
    const { patience, onExit, sysctl } = options;
    const modules = withoutGaps(options.modules ?? {});
    const kernel = new Kernel({ host: name, clock: this.clock, trace: this.trace, modules, patience, onExit });
    const network = installNetwork(kernel, { random: this.random.fork(), modules, sysctl });
    for (const [path, contents] of Object.entries(options.files ?? {}))
      kernel.fileSystem.provide(path, toBytes(contents));
    kernel.input = toBytes(options.stdin ?? "");
    this.hosts.set(name, kernel);
    if (modules.nicDriver !== undefined) this.wiring.setDriver(kernel, modules.nicDriver);
    const { address, card, gateway } = options;
    if (address !== undefined || card !== undefined) this.wiring.card(kernel, { ...card, address });
    if (gateway !== undefined) network.routing.addRoute("0.0.0.0/0", { via: gateway });
    network.forwarding = options.forwarding ?? false;
    return kernel;
  }

  /**
   * Puts one more card into a machine: "eth0", "eth1" and so on. Throws a TypeError, RangeError or Error when the options make no
   * sense.
   */
  card(host: Kernel, options?: CardOptions): Nic {
    return this.wiring.card(host, options);
  }

  /**
   * Plugs a wire into two machines, cards or switches: into a machine's first card that has none, which it gets if need be. Throws an Error
   * when an end has no place for it, or both ends are the same; a TypeError or RangeError when the options make no sense.
   */
  link(a: Plug, b: Plug, options?: LinkOptions): Link {
    for (const end of [a, b]) this.checkPlug(end);
    return this.wiring.link(a, b, options);
  }

  /** Traces tell machines and switches apart by their names. */
  private takeName(name: string): void {
    if (this.names.has(name)) throw new Error(`this world has a machine or a switch called "${name}" already`);
    this.names.add(name);
  }

  private checkPlug(plug: Plug): void {
    if (plug instanceof Kernel && this.hosts.get(plug.host) !== plug)
      throw new Error(`${plug.host} is a machine of another world: a wire joins what is in one`);
  }

  /** A switch with so many ports (64 if nothing is said), to plug wires into. */
  switch(name: string, ports?: number): Switch {
    this.takeName(name);
    return this.wiring.switch(name, ports);
  }

  /** A way out of the world: what reaches it on a wire is given to `out`, and `deliver` puts frames in. See device/outside.ts. */
  outside(name: string, out: (frame: Uint8Array) => void): Outside {
    this.takeName(name);
    return this.wiring.outside(name, out);
  }

  /**
   * Lets time pass until nothing is left to happen, or up to `until` (nanoseconds since the world began).
   * `afterEach` is called after every event; tests check invariants there.
   */
  run(until: Nanoseconds = Number.POSITIVE_INFINITY, afterEach?: () => void): void {
    while (this.clock.step(until)) afterEach?.();
    this.reportDeadlock();
  }

  /**
   * Like `run`, but can be cut off: a program that loops for ever must not hang whoever runs it. Returns null when the run
   * ended by itself, else a sentence that says why it didn't.
   */
  runWithin(until: Nanoseconds, enough: () => boolean): string | null {
    while (this.clock.nextMoment() <= until) {
      if (enough()) return "cut off after a great many events: does a program loop without end?";
      if (!this.clock.step()) break;
    }
    if (this.clock.pending > 0)
      return `cut off after ${until / SECOND} virtual seconds: something still waits for a timer`;
    this.reportDeadlock();
    return null;
  }

  /** Is everybody asleep with nothing left that could wake them? */
  get deadlocked(): boolean {
    if (this.clock.pending > 0) return false;
    return [...this.hosts.values()].some((kernel) => kernel.processes.sleepers().length > 0);
  }

  private reportDeadlock(): void {
    if (this.trace === null || !this.deadlocked) return;
    for (const kernel of this.hosts.values()) {
      const sleepers = kernel.processes.sleepers().map((task) => ({
        tid: task.tid,
        pid: task.process.pid,
        queues: task.queues.map((queue) => queue.name),
      }));
      if (sleepers.length > 0) kernel.emit({ type: "deadlock", sleepers });
    }
  }
}
