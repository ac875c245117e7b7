/** The cases of a contract: run as tests, or, to see what a wrong module is refused for, one by one. */
import { test } from "vitest";

/** Names a case and what it checks; the check throws when the module is wrong. */
export type Case = (name: string, check: () => void) => void;

/** Each case is a test. */
export const asTest: Case = (name, check) => {
  test(name, check);
};

/** The cases that refuse, each with the reason it gives. */
export function refusals(contract: (add: Case) => void): Map<string, string> {
  const refused = new Map<string, string>();
  contract((name, check) => {
    try {
      check();
    } catch (error) {
      refused.set(name, error instanceof Error ? error.message : String(error));
    }
  });
  return refused;
}
