/**
 * What happens in cards, on wires and in switches, as plain data: the device room's part of the trace.
 *
 * Events of a card and of the frames it sends carry the name of its machine; a switch is a machine of its own. `frame` is the
 * number that a frame keeps from the card that made it to every card that it reaches, whatever is between them.
 *
 * A descriptor ring is told by three indexes, of which an event carries those that have changed. `clean` is the first
 * descriptor that the driver hasn't taken back, `head` the first that the card hasn't used, `tail` the first that it may not:
 *
 *     [clean, head) done, waiting for the driver    [head, tail) the card's    [tail, clean) the driver's
 */
import type { EventBase, KernelEvent } from "../kernel/events";

type Ev<Type extends string, Fields> = EventBase & { readonly type: Type } & Readonly<Fields>;

/** Why a card threw a frame away. */
export type CardDropReason =
  /** No descriptor was left: the driver was too slow, or the ring too small (rx_missed_errors). */
  | "ring overflow"
  /** Addressed to another card; only a switch that doesn't know better, or a tap, sends such a frame here. */
  | "not for this card"
  | "longer than the buffer"
  /** The machine hasn't brought the card up. */
  | "card is down"
  /** Nothing is plugged in (tx_carrier_errors). */
  | "no carrier";

/** Why a frame didn't arrive at the other end of a wire. */
export type WireDropReason = "loss" | "queue full" | "scripted fault";

/** Something that happened in a card, on a wire or in a switch; `type` says what. */
export type DeviceEvent =
  // The card
  | Ev<
      "nic.up",
      {
        device: string;
        mac: string;
        rxRing: number;
        txRing: number;
        interruptInterval: number;
        checksumOffload: boolean;
      }
    >
  | Ev<"nic.down", { device: string }>
  | Ev<"nic.ring", { device: string; ring: "rx" | "tx"; head?: number; tail?: number; clean?: number }>
  | Ev<"nic.interrupt", { device: string; causes: readonly ("rx" | "tx")[] }>
  | Ev<"nic.mask", { device: string; masked: boolean }>
  | Ev<"nic.drop", { device: string; frame: number; reason: CardDropReason }>
  // The wire
  | Ev<"wire.link", { link: string; from: string; to: string; bandwidth: number | null; latency: number }>
  /** Put on the wire by this host's `device`; all of its bytes, and when the last of them will have left. */
  | Ev<"wire.send", { link: string; device: string; frame: number; bytes: Uint8Array; leaves: number }>
  /** `host` and `device` are those it comes to. */
  | Ev<"wire.arrive", { link: string; device: string; frame: number }>
  /** Told by the sender's side, like the two below. */
  | Ev<"wire.drop", { link: string; device: string; frame: number; reason: WireDropReason }>
  /** One bit was turned over, counted from the frame's first. */
  | Ev<"wire.corrupt", { link: string; device: string; frame: number; bit: number }>
  | Ev<"wire.duplicate", { link: string; device: string; frame: number }>
  /** Held back so long, in nanoseconds; others may overtake it. */
  | Ev<"wire.delay", { link: string; device: string; frame: number; by: number }>
  // The switch; ports are counted from 1
  | Ev<"switch.learn", { mac: string; port: number }>
  | Ev<"switch.forget", { mac: string }>
  /** `to` is empty when the frame came in through the port that it would go out of. */
  | Ev<"switch.forward", { frame: number; from: number; to: readonly number[]; flooded: boolean }>;

/** An event without what every event carries. */
export type DeviceEventFields = DeviceEvent extends infer E ? (E extends EventBase ? Omit<E, "time"> : never) : never;

/** Where the events of devices go: the same place as the kernel's. */
export interface DeviceTrace {
  emit(event: KernelEvent | DeviceEvent): void;
}
