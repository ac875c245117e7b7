/**
 * A world that lives by the wall clock: an event that is due in 40 ms happens in 40 ms, because somebody outside is waiting.
 *
 * Between events nothing runs. What comes from outside happens at the moment at which it comes: first the world is brought up
 * to that moment, then the frame goes in, then whatever is due at once.
 */

/** What is needed of a world; `World` has it. */
export interface TimedWorld {
  run(until?: number): void;
  readonly clock: { nextMoment(): number; now(): number; advanceTo(moment: number): void };
}

/** Node's timers count milliseconds: sooner than this they don't come. */
const MILLISECOND = 1e6;

/** Lets a world's clock follow the real one. */
export class RealTime {
  private readonly began = process.hrtime.bigint();
  private readonly offset: number;
  private timer: NodeJS.Timeout | null = null;
  private stopped = false;

  constructor(private readonly world: TimedWorld) {
    this.offset = world.clock.now();
    this.goOn();
  }

  /** Something happens to the world from outside, now. */
  happen(event: () => void): void {
    if (this.stopped) return;
    this.catchUp();
    event();
    this.goOn();
  }

  /** No event happens any more; the world stands still. */
  stop(): void {
    this.stopped = true;
    if (this.timer !== null) clearTimeout(this.timer);
  }

  /** Everything that is due by now happens, and the world's clock shows now. */
  private catchUp(): void {
    const { clock } = this.world;
    const now = this.offset + Number(process.hrtime.bigint() - this.began);
    this.world.run(now);
    if (now > clock.now()) clock.advanceTo(now);
  }

  /** What is due happens; a timer is set for what comes next. */
  private goOn(): void {
    this.catchUp();
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    const { clock } = this.world;
    const next = clock.nextMoment();
    if (!Number.isFinite(next)) return;
    this.timer = setTimeout(() => this.happen(() => {}), Math.max((next - clock.now()) / MILLISECOND, 0));
  }
}
