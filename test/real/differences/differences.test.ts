/** Every rule of `sideBySide`, with a program where it applies, and with what it still doesn't excuse. */
import { describe, expect, it } from "vitest";
import { allRules } from "../../../lib/real/differences";
import { dataExamples } from "./data";
import { nodeExamples } from "./node";
import { numberExamples } from "./numbers";
import { compare, rulesUsed } from "./runs";
import { timingExamples } from "./timing";

const examples = [...numberExamples, ...dataExamples, ...timingExamples, ...nodeExamples];

it("every rule has an example, and says why and where that is written", () => {
  expect(examples.map(({ rule }) => rule).sort()).toEqual(allRules.map(({ id }) => id).sort());
  for (const { title, why, source } of allRules) {
    expect(title.length, title).toBeLessThan(40);
    expect(why, title).toMatch(/^[A-Z].*\.$/);
    expect(source, title).not.toBe("");
  }
});

describe.each(examples)("$rule", ({ rule, says, allowed, saysNot, wrong }) => {
  it(`allows ${says}`, () => {
    const comparison = compare(allowed());
    const unexplained = comparison.rows.filter(({ verdict }) => verdict === "different");
    expect(unexplained.map(({ cells }) => cells.map((cell) => cell?.text))).toEqual([]);
    expect([...rulesUsed(comparison)]).toContain(rule);
  });

  it(`doesn't allow ${saysNot}`, () => {
    expect(compare(wrong()).different).toBeGreaterThan(0);
  });
});
