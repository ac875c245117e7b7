/**
 * Cards, wires and switches: the device room's tables, as `ethtool`, `ip -s link` and `bridge fdb` show them of a real machine.
 *
 *     deviceTables(tables.hosts.alice).cards.eth0.rx      // { size, clean, head, tail }: see lib/device/events.ts
 */
import type { DeviceEvent } from "../../device/events";
import { defineRoom, type Reducers } from "./room";

/** Indexes into a descriptor ring. */
export interface RingRow {
  size: number;
  /** [clean, head): done, waiting for the driver. */
  clean: number;
  /** [head, tail): the card's. The rest is the driver's. */
  head: number;
  tail: number;
}

/** A network card. */
export interface CardRow {
  device: string;
  mac: string;
  up: boolean;
  rx: RingRow;
  tx: RingRow;
  masked: boolean;
  /** How many there have been. */
  interrupts: number;
  /** Frames that the card threw away, by reason. */
  drops: Record<string, number>;
  /** Frames that arrived by the wire, dropped ones included, and that were put on it. */
  arrived: number;
  sent: number;
}

/** A machine's cards and wires, or a switch's addresses. */
export interface DeviceTables {
  /** By name, for example "eth0". */
  cards: Record<string, CardRow>;
  /** What this machine, or switch, has put on wires, and how much of it was lost there, by reason. */
  wires: Record<string, { link: string; sent: number; drops: Record<string, number> }>;
  /** For a switch: MAC address → port. */
  addresses: Record<string, number>;
}

const emptyRing = (size: number): RingRow => ({ size, clean: 0, head: 0, tail: 0 });

function cardOf(tables: DeviceTables, device: string): CardRow {
  tables.cards[device] ??= {
    device,
    mac: "",
    up: false,
    rx: emptyRing(0),
    tx: emptyRing(0),
    masked: true,
    interrupts: 0,
    drops: {},
    arrived: 0,
    sent: 0,
  };
  return tables.cards[device];
}

function wireOf(tables: DeviceTables, link: string) {
  tables.wires[link] ??= { link, sent: 0, drops: {} };
  return tables.wires[link];
}

function count(counts: Record<string, number>, reason: string): void {
  counts[reason] = (counts[reason] ?? 0) + 1;
}

const reducers: Reducers<DeviceEvent, DeviceTables> = {
  "nic.up": (tables, { device, mac, rxRing, txRing }) => {
    const card = cardOf(tables, device);
    Object.assign(card, { mac, up: true, rx: emptyRing(rxRing), tx: emptyRing(txRing), masked: true });
  },
  "nic.down": (tables, { device }) => {
    const card = cardOf(tables, device);
    Object.assign(card, { up: false, rx: emptyRing(card.rx.size), tx: emptyRing(card.tx.size), masked: true });
  },
  "nic.ring": (tables, { device, ring, head, tail, clean }) => {
    const row = cardOf(tables, device)[ring];
    if (head !== undefined) row.head = head;
    if (tail !== undefined) row.tail = tail;
    if (clean !== undefined) row.clean = clean;
  },
  "nic.interrupt": (tables, { device }) => {
    cardOf(tables, device).interrupts++;
  },
  "nic.mask": (tables, { device, masked }) => {
    cardOf(tables, device).masked = masked;
  },
  "nic.drop": (tables, { device, reason }) => count(cardOf(tables, device).drops, reason),
  "wire.link": (tables, { link }) => {
    wireOf(tables, link);
  },
  "wire.send": (tables, { link, device }) => {
    wireOf(tables, link).sent++;
    // A switch has ports but no cards.
    if (device in tables.cards) tables.cards[device].sent++;
  },
  "wire.arrive": (tables, { device }) => {
    if (device in tables.cards) tables.cards[device].arrived++;
  },
  "wire.drop": (tables, { link, reason }) => count(wireOf(tables, link).drops, reason),
  "wire.corrupt": () => {},
  "wire.duplicate": () => {},
  "wire.delay": () => {},
  "switch.learn": (tables, { mac, port }) => {
    tables.addresses[mac] = port;
  },
  "switch.forget": (tables, { mac }) => {
    delete tables.addresses[mac];
  },
  "switch.forward": () => {},
};

/** The device room's tables of one machine or switch. */
export const deviceTables = defineRoom<DeviceEvent, DeviceTables>(
  "device",
  () => ({ cards: {}, wires: {}, addresses: {} }),
  reducers,
);
