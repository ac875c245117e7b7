/**
 * Where a wire ends: in a card, in a switch, or in the wall (outside.ts). What comes out of a wire is given to its port; what goes in
 * is put into the lane that was plugged in there.
 */
import type { Nanoseconds } from "../world/clock";
import type { Frame } from "./frame";
import type { Lane } from "./lane";

export interface Port {
  /** The machine or switch it belongs to. */
  readonly host: string;
  /** "eth0"; "port 1". */
  readonly device: string;
  /**
   * How many frames wait here when the wire is busy; more are dropped. Null: whoever sends keeps them until `lane.freeAt()`.
   */
  readonly queue: number | null;
  /** Is a wire plugged in? */
  readonly plugged: boolean;
  /** A wire is plugged in: what is sent goes into this lane. */
  plug(lane: Lane): void;
  /** A frame has come in. */
  receive(frame: Frame): void;
  /**
   * A frame arrives at this moment: when, at the earliest, will somebody look? It may come in then, together with others. Infinity:
   * the port will fetch it itself (`lane.deliver`). Left out: each frame comes in when it arrives.
   */
  looksAt?(arrival: Nanoseconds): Nanoseconds;
  /** The same wire, the other way: this lane leads here. */
  plugIncoming?(lane: Lane): void;
}
