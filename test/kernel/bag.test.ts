import { expect, test } from "vitest";
import { Bag } from "../../lib/kernel/bag";

const things = (count: number) => Array.from({ length: count }, (_, number) => ({ number, place: -1 }));

test("what is taken out is gone, the others stay", () => {
  const bag = new Bag<{ number: number; place: number }>();
  const all = things(5);
  for (const thing of all) bag.add(thing);
  bag.delete(all[1]);
  bag.delete(all[4]);
  bag.delete(all[1]);
  expect([...bag].map(({ number }) => number).sort()).toEqual([0, 2, 3]);
  expect(all.map((thing) => bag.has(thing))).toEqual([true, false, true, true, false]);
  expect(bag.size).toBe(3);
});

test("it may be emptied while it is looked at", () => {
  const bag = new Bag<{ number: number; place: number }>();
  for (const thing of things(4)) bag.add(thing);
  const seen: number[] = [];
  for (const thing of bag) {
    seen.push(thing.number);
    bag.delete(thing);
  }
  expect(seen).toEqual([0, 1, 2, 3]);
  expect(bag.size).toBe(0);
});
