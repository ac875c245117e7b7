/**
 * The world's wires: who has which card, what joins them, and which MAC address comes next.
 *
 *     const alice = world.host("alice", { address: "10.0.0.1/24" });        // has a card, eth0
 *     world.link(alice, bob, { latency: 10 * MILLISECOND, loss: 0.01 });
 *     const office = world.switch("office");
 *     for (const host of [alice, bob, carol]) world.link(host, office);
 */
import { type DriverMaker, type DriverWatch, GuardedDriver } from "../device/guarded-driver";
import { Link, type LinkOptions } from "../device/link";
import { Medium } from "../device/medium";
import { Nic, type NicOptions } from "../device/nic";
import { NicDriver } from "../device/nic-driver";
import { Outside } from "../device/outside";
import type { Port } from "../device/port";
import { Switch } from "../device/switch";
import type { Trace } from "../kernel/events";
import { Kernel } from "../kernel/kernel";
import { formatIpv4, type MacAddress, parsePrefix } from "../net/addresses";
import { reportFault } from "../net/modules/guard";
import { networkOf } from "../net/network";
import { checkCard } from "./checks";
import type { Clock } from "./clock";
import type { Random } from "./random";

/** What a card is like, and which address the machine has on it. */
export interface CardOptions extends Partial<Omit<NicOptions, "host" | "device">> {
  /** "10.0.0.1/24"; none when it is left out. */
  readonly address?: string;
  /** The largest IP packet, in bytes. Default 1,500. */
  readonly mtu?: number;
  /** The driver, in place of ours; see nic-driver.ts. */
  readonly driver?: DriverMaker;
}

/** What a wire can be plugged into: a machine (its first free card), one card, a switch (its first free port), or the way out. */
export type Plug = Kernel | Nic | Switch | Outside;

const NOT_A_PLUG =
  'a wire is plugged into what world.host("alice"), world.switch("office"), world.card(alice) or world.outside(…) returned';

/** Locally administered, unicast: 02:00:00:00:00:01, and so on. */
const FIRST_MAC = 0x0200_0000_0001;

export class Wiring {
  private readonly medium: Medium;
  private readonly cards = new Map<Kernel, Nic[]>();
  /** Who has a driver of its own, in place of ours. */
  private readonly drivers = new Map<Kernel, DriverMaker>();
  private nextMac = FIRST_MAC;

  constructor(clock: Clock, random: Random, trace: Trace | null) {
    this.medium = new Medium(clock, random, trace);
  }

  /** Puts one more card into a machine, "eth0", "eth1" and so on, and brings it up. */
  card(host: Kernel, options: CardOptions = {}): Nic {
    if (!(host instanceof Kernel)) throw new TypeError("a card is put into a machine: what world.host returned");
    checkCard(options);
    if (options.address !== undefined) this.checkFree(options.address);
    const cards = this.cards.get(host) ?? [];
    this.cards.set(host, cards);
    const device = `eth${cards.length}`;
    const {
      address,
      mtu = 1500,
      driver = this.drivers.get(host),
      mac = this.nextMac++ as MacAddress,
      ...rest
    } = options;
    const nic = new Nic(this.medium, { ...rest, host: host.host, device, mac });
    cards.push(nic);
    const netDevice =
      driver === undefined
        ? new NicDriver(device, nic, mtu)
        : new GuardedDriver(watchOf(host), nic, device, mtu, driver);
    const network = networkOf(host);
    network.addDevice(netDevice);
    if (address !== undefined) network.addAddress(netDevice, address);
    return nic;
  }

  /**
   * Throws an Error when another card has this address. Two machines with one address are a mistake that is hard to see from its
   * effects; to see them nevertheless, give the address later: `networkOf(host).addAddress(device, "10.0.0.1/24")`.
   */
  checkFree(text: string): void {
    const { address } = parsePrefix(text);
    for (const host of this.cards.keys()) {
      if (networkOf(host).isLocal(address))
        throw new Error(`${formatIpv4(address)} is an address of ${host.host} already: give each card one of its own`);
    }
  }

  /** All cards that this machine gets from now on have this driver. */
  setDriver(host: Kernel, driver: DriverMaker): void {
    this.drivers.set(host, driver);
  }

  /** A machine's cards, "eth0" first. */
  cardsOf(host: Kernel): readonly Nic[] {
    return this.cards.get(host) ?? [];
  }

  /** Joins two by a wire. A machine whose cards all have one gets another card. */
  link(a: Plug, b: Plug, options?: LinkOptions): Link {
    if (a === b) throw new Error("both ends of the wire are the same: link takes two machines, cards or switches");
    return new Link(this.medium, this.portOf(a), this.portOf(b), options);
  }

  switch(name: string, size = 64): Switch {
    if (typeof name !== "string" || name === "")
      throw new TypeError('a switch needs a name, as in world.switch("office")');
    if (!(Number.isInteger(size) && size > 0))
      throw new RangeError(`a switch has a number of ports, 1 or more, not ${size}`);
    return new Switch(this.medium, name, size);
  }

  outside(name: string, out: (frame: Uint8Array) => void): Outside {
    if (typeof out !== "function")
      throw new TypeError("outside takes a function that is given the frames: (frame) => …");
    return new Outside(this.medium, name, out);
  }

  private portOf(plug: Plug): Port {
    if (plug instanceof Switch) return plug.freePort();
    if (plug instanceof Nic || plug instanceof Outside) return plug;
    if (!(plug instanceof Kernel)) throw new TypeError(NOT_A_PLUG);
    return this.cardsOf(plug).find((card) => !card.plugged) ?? this.card(plug);
  }
}

function watchOf(host: Kernel): DriverWatch {
  return {
    during: (work) => host.patience(work),
    report: (fault) => reportFault(host, "nicDriver", fault),
  };
}
