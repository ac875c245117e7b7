/**
 * What a driver sees of its card: two descriptor rings in memory, and a few registers.
 *
 * This is the whole interface between the two. A driver written against it, ours (nic-driver.ts) or a learner's, works with
 * any card that has it.
 */
import type { MacAddress } from "../net/addresses";
import type { Nanoseconds } from "../world/clock";
import type { RxDescriptor, TxDescriptor } from "./descriptor-ring";

/** Why the card interrupts. */
export interface InterruptCauses {
  /** Frames have been received. */
  readonly rx: boolean;
  /** Frames have been sent, and their descriptors given back. */
  readonly tx: boolean;
}

/** The contract between a driver and its card: all that a driver may use. */
export interface NicRegisters {
  /** The card's hardware address. */
  readonly mac: MacAddress;
  /** Does the card compute and check TCP and UDP checksums? */
  readonly checksumOffload: boolean;
  /** Is the driver to choose the time between interrupts (`ethtool -C adaptive-rx on`)? Else it was set by hand, and stays. */
  readonly adaptiveModeration: boolean;
  /** Descriptors for frames that come in, as many as in `txRing`. */
  readonly rxRing: readonly RxDescriptor[];
  /** Descriptors for frames that go out. */
  readonly txRing: readonly TxDescriptor[];

  /** Switches the card on. From now on it may call `interrupt`; at first interrupts are masked. */
  start(interrupt: (causes: InterruptCauses) => void): void;
  /** Switches it off. All descriptors are the driver's again. */
  stop(): void;

  /** Doorbell: buffers before this index may be filled, in ring order. Each of them says `owner: "card"`. */
  setRxTail(index: number): void;
  /** Doorbell: frames before this index may be sent, in ring order. Each of their descriptors says `owner: "card"`. */
  setTxTail(index: number): void;

  /** No interrupts from now on. What happens meanwhile is remembered. */
  maskInterrupts(): void;
  /** Forgets what has happened up to now. A driver calls it *before* it looks at the rings, so that it misses nothing. */
  acknowledgeInterrupts(): void;
  /** Interrupts again; at once if something has happened since the last interrupt or acknowledgement. */
  unmaskInterrupts(): void;

  /** Moderation: at least so long from one interrupt to the next (the register ITR). */
  setInterruptInterval(interval: Nanoseconds): void;

  /** For the trace: the first descriptor that the driver hasn't taken back. */
  traceClean(ring: "rx" | "tx", index: number): void;
}
