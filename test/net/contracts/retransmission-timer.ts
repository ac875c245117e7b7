/** What any retransmission timer must do. An exercise's answer is held to the same. */
import { expect } from "vitest";
import {
  INITIAL_RTO,
  MAX_RTO,
  MIN_RTO,
  type RetransmissionTimer,
} from "../../../lib/net/tcp/timers/retransmission-timer";
import { MILLISECOND, SECOND } from "../../../lib/world/clock";
import { asTest, type Case } from "./cases";

export function retransmissionTimerContract(make: () => RetransmissionTimer, test: Case = asTest): void {
  test("a second while nothing was measured (RFC 6298 (2.1))", () => {
    const { rto, srtt, rttvar } = make();
    expect([rto, srtt, rttvar]).toEqual([INITIAL_RTO, 0, 0]);
  });

  test("the first measurement is the estimate, and half of it the variation (2.2)", () => {
    const timer = make();
    timer.measured(100 * MILLISECOND);
    expect([timer.srtt, timer.rttvar, timer.rto]).toEqual([
      100 * MILLISECOND,
      50 * MILLISECOND,
      100 * MILLISECOND + 200 * MILLISECOND,
    ]);
  });

  test("later ones move it by an eighth, and the variation by a quarter (2.3)", () => {
    const timer = make();
    timer.measured(800 * MILLISECOND);
    timer.measured(1600 * MILLISECOND);
    expect([timer.srtt, timer.rttvar]).toEqual([900 * MILLISECOND, 500 * MILLISECOND]);
    expect(timer.rto).toBe(2900 * MILLISECOND);
  });

  test("a steady path: never below the round trip and 200 ms", () => {
    const timer = make();
    for (let i = 0; i < 100; i++) timer.measured(MILLISECOND);
    // A timer may be set in ticks.
    expect(timer.rto).toBeGreaterThanOrEqual(MILLISECOND + MIN_RTO);
    expect(timer.rto).toBeLessThan(MILLISECOND + MIN_RTO + 10 * MILLISECOND);
  });

  test("each timeout doubles it, up to the limit (5.5)", () => {
    const timer = make();
    const waits: number[] = [];
    for (let i = 0; i < 9; i++) {
      timer.backOff();
      waits.push(timer.rto / SECOND);
    }
    expect(waits).toEqual([2, 4, 8, 16, 32, 64, 120, 120, 120]);
    expect(timer.rto).toBe(MAX_RTO);
  });

  test("progress, or a measurement, ends the back-off", () => {
    const timer = make();
    timer.backOff();
    timer.progressed();
    expect(timer.rto).toBe(INITIAL_RTO);
    timer.measured(100 * MILLISECOND);
    for (let i = 0; i < 5; i++) timer.backOff();
    timer.progressed();
    expect(timer.rto).toBe(300 * MILLISECOND);
  });
}
