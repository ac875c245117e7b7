/** A bounded run with fixed seeds; `npm run fuzz` goes further. */
import { describe, expect, it } from "vitest";
import { linux } from "../../lib/real/linux";
import { asTest } from "./as-test";
import { disagreement } from "./disagreement";
import { randomScript } from "./play";
import { type Kind, kinds } from "./step";

const missing = linux.unavailable();
if (missing !== null) console.warn(`random scripts are not compared with the real machine here: ${missing}`);

const LENGTH = 50;
const SCRIPTS = 5;

describe.skipIf(missing !== null)("random scripts do the same on the model and on Linux", () => {
  const subjects: readonly [string, readonly Kind[]][] = [
    ...kinds.map((kind): [string, Kind[]] => [kind, [kind, "descriptors", "processes", "poll", "epoll"]]),
    ["everything", kinds],
  ];
  for (const [subject, chosen] of subjects) {
    it(subject, async () => {
      for (let seed = 1; seed <= SCRIPTS; seed++) {
        const { steps, played } = await randomScript(seed, LENGTH, chosen);
        const { disagreement: found } = await disagreement(steps, played);
        expect(found === null || found === "unsteady" ? "" : asTest(seed, found)).toBe("");
      }
    });
  }
});
