/** What any congestion control must do, Reno or not. An exercise's answer is held to the same. */
import { expect } from "vitest";
import { type CongestionControl, CongestionWindow } from "../../../lib/net/tcp/congestion/congestion-control";
import { MILLISECOND } from "../../../lib/world/clock";
import { asTest, type Case } from "./cases";

const RTT = 20 * MILLISECOND;

/** Acknowledges a whole window, round trip after round trip; returns the window after each. */
function rounds(control: CongestionControl, window: CongestionWindow, count: number): number[] {
  return Array.from({ length: count }, (_, round) => {
    for (let left = window.cwnd; left > 0; left -= 2)
      control.acknowledged(window, Math.min(left, 2), (round + 1) * RTT, RTT);
    return window.cwnd;
  });
}

export function congestionControlContract(make: () => CongestionControl, test: Case = asTest): void {
  test("has a name", () => expect(make().name).toMatch(/^[a-z0-9_]{1,15}$/));

  test("slow start: the window doubles with each round trip, up to the threshold (RFC 5681 3.1)", () => {
    const window = new CongestionWindow();
    window.ssthresh = 80;
    expect(rounds(make(), window, 3)).toEqual([20, 40, 80]);
  });

  test("congestion avoidance: from the threshold on it grows, slowly", () => {
    const window = new CongestionWindow();
    window.cwnd = window.ssthresh = 20;
    const control = make();
    const grown = rounds(control, window, 10);
    expect(grown[9]).toBeGreaterThan(20);
    expect(grown[0]).toBeLessThan(30);
    expect(grown).toEqual([...grown].sort((a, b) => a - b));
  });

  test("a loss: the threshold falls well below the window, never below two segments", () => {
    const thresholds = [100, 10, 3, 2, 1].map((cwnd) => {
      const window = new CongestionWindow();
      window.cwnd = cwnd;
      return make().thresholdAfterLoss(window);
    });
    expect(thresholds[0]).toBeGreaterThanOrEqual(40);
    expect(thresholds[0]).toBeLessThanOrEqual(85);
    expect(thresholds[1]).toBeLessThan(10);
    expect(thresholds.slice(2).map((threshold) => threshold >= 2)).toEqual([true, true, true]);
    expect(thresholds.every(Number.isInteger)).toBe(true);
  });

  test("the window itself is changed by acknowledgements only", () => {
    const window = new CongestionWindow();
    const control = make();
    control.thresholdAfterLoss(window);
    control.timedOut();
    expect(window.cwnd).toBe(10);
  });

  test("after a timeout slow start works as at the beginning", () => {
    const control = make();
    const window = new CongestionWindow();
    rounds(control, window, 3);
    window.ssthresh = control.thresholdAfterLoss(window);
    control.timedOut();
    window.cwnd = 1;
    window.count = 0;
    expect(rounds(control, window, 3)).toEqual([2, 4, 8]);
  });
}
