import { expect, test } from "vitest";
import { Alarm } from "../../lib/net/alarm";
import { EventQueue } from "../../lib/world/event-queue";

function started() {
  const clock = new EventQueue();
  const rang: number[] = [];
  return { clock, rang, alarm: new Alarm(clock, () => rang.push(clock.now())) };
}

test("it goes off once, at the earliest moment that was asked for", () => {
  const { clock, rang, alarm } = started();
  alarm.by(300);
  alarm.by(100);
  alarm.by(200);
  while (clock.step());
  expect(rang).toEqual([100]);
  alarm.by(400);
  while (clock.step());
  expect(rang).toEqual([100, 400]);
});

test("stopped, it leaves nothing in the queue", () => {
  const { clock, rang, alarm } = started();
  alarm.by(100);
  alarm.stop();
  expect(clock.pending).toBe(0);
  alarm.by(500);
  while (clock.step());
  expect(rang).toEqual([500]);
});
