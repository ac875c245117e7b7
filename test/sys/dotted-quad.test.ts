import { expect, test } from "vitest";
import { readDottedQuad } from "../../lib/sys/dotted-quad";

test("four numbers of one to three digits, none above 255", () => {
  expect(readDottedQuad("10.0.0.1")).toBe(0x0a000001);
  expect(readDottedQuad("255.255.255.255")).toBe(0xffffffff);
  expect(readDottedQuad("001.02.3.000")).toBe(0x01020300);
});

test("anything else is no address", () => {
  const wrong = [
    "",
    "1.2.3",
    "1.2.3.",
    ".1.2.3",
    "1..2.3",
    "1.2.3.4.5",
    "256.1.1.1",
    "1.2.3.0004",
    "1.2.3.4 ",
    "a.b.c.d",
  ];
  expect(wrong.filter((text) => readDottedQuad(text) !== null)).toEqual([]);
});
