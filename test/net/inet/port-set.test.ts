import fc from "fast-check";
import { expect, test } from "vitest";
import { PortSet } from "../../../lib/net/inet/port-set";

const port = fc.integer({ min: 32_768, max: 33_000 });

test("the first port of one parity that is missing and suits is found, whatever is there", () => {
  fc.assert(
    fc.property(fc.array(port, { maxLength: 300 }), fc.array(port), port, port, (present, gone, from, last) => {
      const set = new PortSet();
      for (const each of present) set.add(each);
      for (const each of gone) set.delete(each);
      const suits = (each: number) => each % 7 !== 0;
      const left = new Set(present.filter((each) => !gone.includes(each)));
      let expected = 0;
      for (let each = from; each <= last && expected === 0; each += 2) {
        if (!left.has(each) && suits(each)) expected = each;
      }
      expect(set.firstMissing(from, last, suits)).toBe(expected);
    }),
  );
});

test("where all are there, none is found", () => {
  const set = new PortSet();
  for (let each = 32_768; each <= 60_999; each++) set.add(each);
  expect(set.firstMissing(32_768, 60_999, () => true)).toBe(0);
  set.delete(60_999);
  expect(set.firstMissing(32_769, 60_999, () => true)).toBe(60_999);
  expect(set.firstMissing(32_768, 60_999, () => true)).toBe(0);
});
