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
import type { Kernel } from "../kernel/kernel";
import type { MacAddress } from "../net/addresses";
import { reportFault } from "../net/guard";
import { networkOf } from "../net/network";
import type { Clock } from "./clock";
import type { Random } from "./random";

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
    return new Link(this.medium, this.portOf(a), this.portOf(b), options);
  }

  switch(name: string, size = 64): Switch {
    return new Switch(this.medium, name, size);
  }

  outside(name: string, out: (frame: Uint8Array) => void): Outside {
    return new Outside(this.medium, name, out);
  }

  private portOf(plug: Plug): Port {
    if (plug instanceof Switch) return plug.freePort();
    if (plug instanceof Nic || plug instanceof Outside) return plug;
    return this.cardsOf(plug).find((card) => !card.plugged) ?? this.card(plug);
  }
}

function watchOf(host: Kernel): DriverWatch {
  return {
    during: (what, work) => host.organs.watch("nicDriver", what, work),
    report: (fault) => reportFault(host, "nicDriver", fault),
  };
}
