/**
 * The guard of a driver that takes the place of ours: it may be wrong, and the machine must go on.
 *
 * Of all modules a driver has the most power: it tells the card where in memory to write. So it gets rings of its own, and what it
 * hands over with the doorbell is looked at before it is copied into the card's (an IOMMU does the like). The first thing it does that its
 * contract forbids is reported by name; then the card is reset, and our driver takes over. Frames that were in the rings are lost, as
 * with any reset; TCP sends them again.
 *
 * Source: Documentation/core-api/dma-api.rst; dev_watchdog in net/sched/sch_generic.c, which resets a card that doesn't transmit.
 */
import type { MacAddress } from "../net/addresses";
import type { DeviceStack, NetDevice } from "../net/interface/net-device";
import { Packet } from "../net/packet/packet";
import { GuardedRegisters } from "./guarded-registers";
import type { Nic } from "./nic";
import { NicDriver } from "./nic-driver";
import type { NicRegisters } from "./nic-registers";

/** Makes the driver of a card. */
export type DriverMaker = (card: NicRegisters, device: string, mtu: number) => NetDevice;

/** The organs of a machine's cards that can be replaced: `world.host("alice", { modules: { nicDriver: … } })`. */
export interface DeviceModules {
  /** Between the stack and a card's rings; one for each card; lib/device/nic-driver.ts. */
  nicDriver: DriverMaker;
}

/** Whoever wants to know what the driver is doing, and what it has done wrong: the machine's kernel. */
export interface DriverWatch {
  during<Result>(work: () => Result): Result;
  report(fault: string): void;
}

/** Ethernet header. */
const SHORTEST_FRAME = 14;

export class GuardedDriver implements NetDevice {
  readonly loopback = false;
  readonly mac: MacAddress;
  readonly checksumOffload: boolean;
  private readonly registers: GuardedRegisters;
  /** The learner's; ours once that was wrong. */
  private driver: NetDevice;
  private trusted = true;
  /** What it did wrong, until that is reported. */
  private fault: string | null = null;
  private stack: DeviceStack | null = null;
  /** How many packets it may still hand up in this poll; null outside of one. */
  private budget: number | null = null;
  private pollScheduled = false;
  /** The packets it took last, at most as many as the ring holds: when it is wrong it may not have freed them. */
  private readonly taken: Packet[] = [];

  constructor(
    private readonly watch: DriverWatch,
    private readonly card: Nic,
    readonly name: string,
    readonly mtu: number,
    make: DriverMaker,
  ) {
    this.mac = card.mac;
    this.checksumOffload = card.checksumOffload;
    this.registers = new GuardedRegisters(
      card,
      (wrong) => this.refuse(wrong),
      (handler) => this.interrupted(handler),
    );
    this.driver = this.ours();
    const made = this.held("making it", () => make(this.registers, name, mtu), isObject);
    if (made !== null) this.driver = made;
  }

  open(stack: DeviceStack): void {
    this.stack = stack;
    if (!this.trusted) this.driver.open(this.upwards("ours"));
    else
      this.held(
        "open()",
        () => this.driver.open(this.upwards("theirs")),
        () => null,
      );
  }

  close(): void {
    if (!this.trusted) this.driver.close();
    else
      this.held(
        "close()",
        () => this.driver.close(),
        () => null,
      );
    this.stack = null;
  }

  transmit(packet: Packet, more = false): boolean {
    if (!this.trusted) return this.driver.transmit(packet, more);
    this.registers.update();
    const sent = this.held("transmit()", () => this.driver.transmit(packet, more), isBoolean);
    if (sent === true) this.taken.push(packet);
    if (this.taken.length > this.card.txRing.length) this.taken.shift();
    return sent ?? this.driver.transmit(packet, more);
  }

  poll(budget: number): number {
    if (!this.trusted) return this.driver.poll(budget);
    this.registers.update();
    this.budget = budget;
    const done = this.held(
      `poll(${budget})`,
      () => this.driver.poll(budget),
      (came) => this.judgePoll(came, budget),
    );
    this.budget = null;
    return done ?? 0;
  }

  private judgePoll(came: unknown, budget: number): string | null {
    const received = budget - (this.budget ?? budget);
    if (came !== received) return `${received}, so many packets has it handed up`;
    if (received < budget && this.registers.masked) return "interrupts unmasked: it has found fewer than it might have";
    return null;
  }

  /** The card interrupts. */
  private interrupted(handler: () => void): void {
    if (!this.trusted) return;
    this.registers.update();
    this.pollScheduled = false;
    const scheduled = () => (this.pollScheduled ? null : "a call of schedulePoll");
    this.held("the interrupt handler", handler, scheduled);
  }

  /** What a driver sees of the stack: theirs is held to its contract, and ours isn't. */
  private upwards(whose: "ours" | "theirs"): DeviceStack {
    const { stack } = this;
    const held = whose === "theirs";
    const active = () => stack !== null && this.stack !== null && (this.trusted || !held);
    return {
      receive: (_device, packet) => {
        if (!active()) return;
        if (held) this.checkReceived(packet);
        stack?.receive(this, packet);
      },
      schedulePoll: () => {
        if (!active()) return;
        this.pollScheduled = true;
        stack?.schedulePoll(this);
      },
      transmitReady: () => {
        if (active()) stack?.transmitReady(this);
      },
    };
  }

  private checkReceived(packet: unknown): void {
    if (this.budget === null) this.refuse("receive() outside of poll; expected packets to wait until they are polled");
    else if (this.budget === 0) this.refuse("receive() once more than the budget allows");
    else if (!(packet instanceof Packet)) this.refuse(`receive() of ${String(packet)}; expected a Packet`);
    else if (packet.end - packet.start < SHORTEST_FRAME) this.refuse("receive() of less than an Ethernet header");
    else this.budget--;
  }

  /** Called from within the driver: it has done something that can't be. Ends whatever it is doing. */
  private refuse(wrong: string): never {
    this.fault ??= wrong;
    throw new Error(wrong);
  }

  /** Lets the driver do something. Null when that was wrong; then ours has taken over. */
  private held<Result>(what: string, work: () => Result, check: (came: unknown) => string | null): Result | null {
    let result: Result | undefined;
    try {
      result = this.watch.during(work);
      const expected = this.fault === null ? check(result) : null;
      if (expected !== null) this.fault = `${what} returned ${String(result)}; expected ${expected}`;
    } catch (error) {
      this.fault ??= `${what} threw ${error instanceof Error ? error.message : String(error)}`;
    }
    // It was found out while it was doing this: the stack, called by it, has called it again.
    if (!this.trusted) return null;
    if (this.fault === null) return result as Result;
    this.trusted = false;
    this.registers.cutOff();
    this.watch.report(this.fault);
    this.takeOver();
    return null;
  }

  private ours(): NicDriver {
    return new NicDriver(this.name, this.card, this.mtu);
  }

  private takeOver(): void {
    this.driver = this.ours();
    if (this.stack === null) return;
    this.card.stop();
    // Freed once more, a packet that was freed already stays as it is.
    for (const packet of this.taken) packet.free();
    this.driver.open(this.upwards("ours"));
    this.stack.transmitReady(this);
  }
}

const isBoolean = (came: unknown) => (typeof came === "boolean" ? null : "true or false");

function isObject(came: unknown): string | null {
  return typeof came === "object" && came !== null ? null : "a device";
}
