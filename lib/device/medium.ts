/**
 * What all cards, wires and switches of one world share: the clock, chance, the trace, and the numbers of frames.
 */
import type { Clock } from "../world/clock";
import type { Random } from "../world/random";
import type { DeviceEvent, DeviceEventFields, DeviceTrace } from "./events";

export class Medium {
  private frames = 0;

  constructor(
    readonly clock: Clock,
    readonly random: Random,
    readonly trace: DeviceTrace | null,
  ) {}

  nextFrame(): number {
    return ++this.frames;
  }

  /** Is anybody listening? On hot paths look here first, so that no event is made in vain. */
  get traced(): boolean {
    return this.trace !== null;
  }

  emit(event: DeviceEventFields): void {
    this.trace?.emit({ time: this.clock.now(), ...event } as DeviceEvent);
  }
}
