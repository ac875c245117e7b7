/** Tests that a contract refuses wrong modules, each where it should. */
import { expect, test } from "vitest";
import { type Case, refusals } from "./cases";

/** What the misconception is, the contract that must refuse it, and the case that must do so. */
export type Misconception = readonly [name: string, contract: (test: Case) => void, refusedBy: string];

/** A module of ours with one method changed. */
export function but<Module extends object>(module: Module, changes: Partial<Module>): Module {
  for (const [name, value] of Object.entries(changes)) Object.defineProperty(module, name, { value });
  return module;
}

export function expectRefused(wrong: readonly Misconception[]): void {
  test.each(wrong)("%s", (_name, contract, by) => {
    const refused = refusals(contract);
    expect([...refused.keys()]).toContain(by);
    expect(refused.get(by)).not.toBe("");
  });
}
