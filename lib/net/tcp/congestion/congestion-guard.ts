/**
 * The guard of congestion control: how the window grows and falls is a policy, and many are right. It must only be a window.
 *
 * The module works on a copy, and ours on another: what the module makes of it counts when it is a window.
 */
import type { Kernel } from "../../../kernel/kernel";
import type { Nanoseconds } from "../../../world/clock";
import { between, type Check, Judge, show } from "../../modules/guard";
import { type CongestionControl, CongestionWindow, INFINITE_THRESHOLD } from "./congestion-control";

/** No path takes more. */
const LARGEST = 0x4000_0000;

export class GuardedCongestionControl implements CongestionControl {
  readonly name: string;
  private readonly judge: Judge;

  constructor(
    kernel: Kernel,
    private readonly theirs: CongestionControl,
    private readonly ours: CongestionControl,
  ) {
    this.judge = new Judge(kernel, "congestionControl");
    this.name = this.judge.settle(
      () => "name",
      () => theirs.name,
      () => ours.name,
      (came) => (typeof came === "string" ? null : "a string"),
    );
  }

  acknowledged(window: CongestionWindow, segments: number, now: Nanoseconds, srtt: Nanoseconds): void {
    this.change(`acknowledged(…, ${segments})`, window, (module, copy) => {
      module.acknowledged(copy, segments, now, srtt);
    });
  }

  measured(window: CongestionWindow, rtt: Nanoseconds, ever: Nanoseconds, round: number, now: Nanoseconds): void {
    this.change(`measured(…, ${rtt})`, window, (module, copy) => module.measured?.(copy, rtt, ever, round, now));
  }

  /** Lets both work on copies, and takes over what the module has made of its own. */
  private change(
    call: string,
    window: CongestionWindow,
    work: (module: CongestionControl, copy: CongestionWindow) => void,
  ): void {
    const apply = (module: CongestionControl) => {
      const copy = Object.assign(new CongestionWindow(), window);
      work(module, copy);
      return copy;
    };
    const { cwnd, ssthresh, count } = this.judge.settle(
      () => call.replace("…", show(window)),
      () => apply(this.theirs),
      () => apply(this.ours),
      isWindow,
    );
    Object.assign(window, { cwnd, ssthresh, count });
  }

  thresholdAfterLoss(window: CongestionWindow): number {
    return this.judge.settle(
      () => `thresholdAfterLoss(${show(window)})`,
      () => this.theirs.thresholdAfterLoss(Object.assign(new CongestionWindow(), window)),
      () => this.ours.thresholdAfterLoss(window),
      isThreshold,
    );
  }

  timedOut(): void {
    this.judge.settle(
      () => "timedOut()",
      () => this.theirs.timedOut(),
      () => this.ours.timedOut(),
      () => null,
    );
  }
}

const isThreshold: Check = (came, ours, args) =>
  Number.isInteger(came) ? between(2, INFINITE_THRESHOLD)(came, ours, args) : "a whole number of segments, at least 2";

const isWindow: Check = (came) => {
  const { cwnd, ssthresh, count } = came as CongestionWindow;
  if (!Number.isInteger(cwnd) || cwnd < 1 || cwnd > LARGEST) return "a cwnd of one segment or more, and whole";
  if (!Number.isInteger(ssthresh) || ssthresh < 1) return "an ssthresh that is a whole number of segments";
  return Number.isFinite(count) && count >= 0 ? null : "a count that isn't negative";
};
