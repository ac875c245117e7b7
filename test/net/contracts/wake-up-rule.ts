/** What any wake-up rule must do. An exercise's answer is held to the same. */
import { expect } from "vitest";
import type { WakeUpRule } from "../../../lib/net/tcp/socket/wake-up-rule";
import { asTest, type Case } from "./cases";

export function wakeUpRuleContract(make: () => WakeUpRule, test: Case = asTest): void {
  test("readable: from the low-water mark on", () => {
    const rule = make();
    expect([0, 1, 99, 100, 101].map((waiting) => rule.readable(waiting, 100, false))).toEqual([
      false,
      false,
      false,
      true,
      true,
    ]);
    expect(rule.readable(1, 1, false)).toBe(true);
  });

  test("readable: whatever waits when no more can come, but never nothing", () => {
    const rule = make();
    expect([rule.readable(5, 100, true), rule.readable(0, 100, true)]).toEqual([true, false]);
  });

  test("writable: when what is free is half of what is used, a third of the whole", () => {
    const rule = make();
    expect([0, 1, 2000, 2001, 2999, 3000, 5000].map((used) => rule.writable(used, 3000))).toEqual([
      true,
      true,
      true,
      false,
      false,
      false,
      false,
    ]);
  });

  test("enough: one exclusive sleeper that took the wake-up; all others go on", () => {
    const rule = make();
    expect(rule.enough(true, true)).toBe(true);
    expect([rule.enough(true, false), rule.enough(false, true), rule.enough(false, false)]).toEqual([
      false,
      false,
      false,
    ]);
  });
}
