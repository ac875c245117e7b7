/**
 * Where a wire leaves the world: a socket in the wall, with a real network (or anything else) behind it.
 *
 *     card ═══ wire ═══ Outside ──► out(bytes)           to whoever stands outside
 *                               ◄── deliver(bytes)       from there
 *
 * The world knows nothing of what is behind it, and does no I/O: lib/real/tap/ joins it to the real kernel's TAP device. A world with
 * an outside is no longer repeatable, because nobody outside lives by its clock.
 *
 * Source: the other side of a TAP device, Documentation/networking/tuntap.rst.
 */
import { Frame } from "./frame";
import type { Lane } from "./lane";
import type { Medium } from "./medium";
import type { Port } from "./port";

/** The end of a wire that leaves the world; `world.outside` makes it. */
export class Outside implements Port {
  readonly device = "wall";
  /** It takes what comes at once, and has no buffer for what goes in: the wire's sender waits outside. */
  readonly queue = null;
  private lane: Lane | null = null;

  constructor(
    private readonly medium: Medium,
    readonly host: string,
    /** Takes a frame that has left the world: an Ethernet frame without its check sequence. */
    private readonly out: (frame: Uint8Array) => void,
  ) {}

  get plugged(): boolean {
    return this.lane !== null;
  }

  plug(lane: Lane): void {
    this.lane = lane;
  }

  receive(frame: Frame): void {
    this.out(frame.bytes());
  }

  /** A frame from outside goes into the wire now. Without a wire it is lost. */
  deliver(frame: Uint8Array): void {
    this.lane?.send(Frame.of(this.medium.nextFrame(), frame));
  }
}
