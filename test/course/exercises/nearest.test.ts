import { expect, test } from "vitest";
import { editDistance, nearest } from "../../../lib/course/exercises/nearest";

test("the distance counts letters that are inserted, removed or replaced", () => {
  expect(editDistance("kitten", "sitting")).toBe(3);
  expect(editDistance("", "abc")).toBe(3);
  expect(editDistance("same", "same")).toBe(0);
});

const names = ["01-slug/lowest-free", "01-slug/copy", "02-other/echo-server"];

test("a mistyped name finds the one that was meant, with or without its chapter", () => {
  expect(nearest("loewst-free", names)).toEqual(["01-slug/lowest-free"]);
  expect(nearest("01-slug/cpoy", names)).toEqual(["01-slug/copy"]);
});

test("a part of a name finds the whole", () => {
  expect(nearest("server", names)).toEqual(["02-other/echo-server"]);
});

test("a name that resembles none finds none", () => {
  expect(nearest("something-else-entirely", names)).toEqual([]);
});
