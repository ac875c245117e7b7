import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EventQueue } from "../../lib/world/event-queue";

describe("the event queue", () => {
  it("makes events happen in order of time, and of arrival within one moment, whatever was cancelled", () => {
    const entries = fc.array(fc.record({ at: fc.nat(20), cancelled: fc.boolean() }), { maxLength: 200 });
    fc.assert(
      fc.property(entries, (plan) => {
        const queue = new EventQueue();
        const happened: number[] = [];
        const timers = plan.map(({ at }, i) => queue.at(at, () => happened.push(i)));
        for (const [i, timer] of timers.entries()) if (plan[i].cancelled) timer.cancel();
        while (queue.step());
        const expected = plan
          .map((entry, i) => ({ ...entry, i }))
          .filter((entry) => !entry.cancelled)
          .sort((a, b) => a.at - b.at || a.i - b.i)
          .map((entry) => entry.i);
        expect(happened).toEqual(expected);
        expect(queue.pending).toBe(0);
      }),
    );
  });

  it("moves the clock to each event, never back", () => {
    const queue = new EventQueue();
    const times: number[] = [];
    queue.at(50, () => {
      times.push(queue.now());
      queue.at(10, () => times.push(queue.now()));
    });
    while (queue.step());
    expect(times).toEqual([50, 50]);
  });

  it("lets go of cancelled events when they are most of what it holds", () => {
    const queue = new EventQueue();
    const timers = Array.from({ length: 5000 }, (_, i) => queue.at(i, () => {}));
    for (const timer of timers.slice(1)) timer.cancel();
    expect(queue.pending).toBe(1);
    expect(queue.nextMoment()).toBe(0);
    expect(queue.step()).toBe(true);
    expect(queue.step()).toBe(false);
  });
});
