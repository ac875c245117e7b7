/**
 * An Ethernet switch: it sends each frame out of the port behind which its destination is, and finds out by itself which.
 *
 * It learns from source addresses: whoever sends through a port is behind it. A frame to an address that it hasn't learnt,
 * and one to everybody, goes out of all ports but the one it came in by (flooding). What it hasn't heard of for five minutes it
 * forgets, because machines are unplugged and moved. It is invisible: no address of its own, frames unchanged.
 *
 * **Not modelled:** spanning tree (a loop of switches floods for ever, as a real one without it does), VLANs, groups (IGMP
 * snooping). Linux has the same device in software, `ip link add type bridge`, and shows its table with `bridge fdb`.
 *
 * Source: IEEE 802.1D-2004, sections 7.7 to 7.9; net/bridge/br_fdb.c.
 */
import { formatMac, isGroupMac, type MacAddress } from "../net/addresses";
import { type Nanoseconds, SECOND } from "../world/clock";
import type { Frame } from "./frame";
import type { Lane } from "./lane";
import type { Medium } from "./medium";
import type { Port } from "./port";

/** 802.1D table 7-5. */
const AGEING_TIME: Nanoseconds = 300 * SECOND;
/** Frames that wait at a port for its wire. */
const PORT_QUEUE = 512;

class SwitchPort implements Port {
  readonly device: string;
  readonly queue = PORT_QUEUE;
  lane: Lane | null = null;

  constructor(
    private readonly owner: Switch,
    readonly host: string,
    readonly number: number,
  ) {
    this.device = `port ${number}`;
  }

  get plugged(): boolean {
    return this.lane !== null;
  }

  plug(lane: Lane): void {
    this.lane = lane;
  }

  receive(frame: Frame): void {
    this.owner.forward(frame, this);
  }
}

interface Entry {
  port: SwitchPort;
  /** When a frame from there last came by. */
  heard: Nanoseconds;
}

/** An Ethernet switch; `world.switch` makes it. */
export class Switch {
  private readonly ports: SwitchPort[] = [];
  private readonly addresses = new Map<MacAddress, Entry>();

  constructor(
    private readonly medium: Medium,
    /** For traces. */
    readonly name: string,
    /** How many wires can be plugged in. */
    readonly size: number,
  ) {}

  /** The next port without a wire. Throws when there is none. */
  freePort(): Port {
    const free = this.ports.find((port) => !port.plugged);
    if (free !== undefined) return free;
    if (this.ports.length === this.size) throw new Error(`all ${this.size} ports of ${this.name} are taken`);
    const port = new SwitchPort(this, this.name, this.ports.length + 1);
    this.ports.push(port);
    return port;
  }

  /** Behind which port is this address, as far as is known? */
  portOf(address: MacAddress): number | null {
    return this.lookUp(address)?.number ?? null;
  }

  /** A frame has come in by this port. */
  forward(frame: Frame, from: SwitchPort): void {
    this.learn(frame.source, from);
    const { destination } = frame;
    const known = isGroupMac(destination) ? null : this.lookUp(destination);
    const to =
      known === null ? this.ports.filter((port) => port !== from && port.plugged) : known === from ? [] : [known];
    const { medium } = this;
    if (medium.traced) {
      const ports = to.map((port) => port.number);
      medium.emit({
        type: "switch.forward",
        host: this.name,
        frame: frame.id,
        from: from.number,
        to: ports,
        flooded: known === null,
      });
    }
    for (const port of to) port.lane?.send(frame);
  }

  private learn(address: MacAddress, port: SwitchPort): void {
    if (isGroupMac(address)) return;
    const heard = this.medium.clock.now();
    const entry = this.addresses.get(address);
    if (entry?.port === port) {
      entry.heard = heard;
      return;
    }
    this.addresses.set(address, { port, heard });
    this.medium.emit({ type: "switch.learn", host: this.name, mac: formatMac(address), port: port.number });
  }

  private lookUp(address: MacAddress): SwitchPort | null {
    const entry = this.addresses.get(address);
    if (entry === undefined) return null;
    if (this.medium.clock.now() - entry.heard <= AGEING_TIME) return entry.port;
    this.addresses.delete(address);
    this.medium.emit({ type: "switch.forget", host: this.name, mac: formatMac(address) });
    return null;
  }
}
