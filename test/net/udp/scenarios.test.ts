import { describe, expect, test } from "vitest";
import { resultOf } from "../../support/checked-run";
import { scenarios } from "./scenarios";

describe("UDP on the model", () => {
  for (const { name, program, expected } of scenarios) {
    test(name, () => {
      expect(resultOf(program)).toEqual(expected);
    });
  }
});
