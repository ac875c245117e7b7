/** Where a wire ends: the socket of a card, or one of a switch. */
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
   * Nobody looks at a frame that arrives at this moment before the moment that is returned, so it may come in then, with others. Infinity:
   * the port will fetch it itself (`lane.deliver`). Left out: each frame comes in when it arrives.
   */
  looksAt?(arrival: Nanoseconds): Nanoseconds;
  /** This lane leads here. */
  listen?(lane: Lane): void;
}
