/**
 * A check that is true of every case: tries many, and when one fails, looks for the shortest that still fails and shows that
 * one (fast-check's shrinking). The same cases every time, so a verdict doesn't change from one save to the next.
 */
import fc from "fast-check";

/** Runs `body` on `runs` cases drawn from `cases`; throws what it throws on the smallest case that fails. */
export async function everyCase<Case>(
  cases: fc.Arbitrary<Case>,
  body: (one: Case) => void | Promise<void>,
  runs = 100,
): Promise<void> {
  let last: unknown;
  const property = fc.asyncProperty(cases, async (one) => {
    try {
      await body(one);
    } catch (error) {
      last = error;
      throw error;
    }
  });
  const result = await fc.check(property, { numRuns: runs, seed: 3, endOnFailure: false });
  if (!result.failed) return;
  if (result.counterexample) await body(result.counterexample[0]);
  throw last;
}

export { fc };
