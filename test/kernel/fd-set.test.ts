import { expect, test } from "vitest";
import { FdSet } from "../../lib/kernel/fd-set";

test("it holds what was put in and not taken out again, however high", () => {
  const set = new FdSet();
  for (const fd of [0, 31, 32, 63, 64, 1000, 100_000]) set.add(fd);
  set.delete(32);
  set.delete(500_000);
  expect(set.list()).toEqual([0, 31, 63, 64, 1000, 100_000]);
  expect([31, 32, 33, 99_999, 100_000, 200_000].map((fd) => set.has(fd))).toEqual([
    true,
    false,
    false,
    false,
    true,
    false,
  ]);
});
