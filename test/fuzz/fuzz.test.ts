/** A bounded run with fixed seeds; `npm run fuzz` goes further. */
import { describe, expect, it } from "vitest";
import { linux } from "../../lib/real/linux";
import { asTest } from "./as-test";
import { disagreement } from "./disagreement";
import { randomScript } from "./play";
import { type Kind, kinds } from "./step";

const missing = linux.unavailable();
if (missing !== null) console.warn(`random scripts are not compared with the real machine here: ${missing}`);

const LENGTH = 60;
const SCRIPTS = 3;
/** These are in every script. */
const always: readonly Kind[] = ["descriptors", "processes", "poll", "epoll"];

describe.skipIf(missing !== null)("random scripts do the same on the model and on Linux", () => {
  const subjects = kinds.filter((kind) => !always.includes(kind));
  for (const chosen of [...subjects.map((kind) => [kind, ...always]), kinds]) {
    it(chosen.join(", "), async () => {
      for (let seed = 1; seed <= SCRIPTS; seed++) {
        const { steps, played } = await randomScript(seed, LENGTH, chosen);
        const { disagreement: found } = await disagreement(steps, played);
        expect(found === null || found === "unsteady" ? "" : asTest(seed, found)).toBe("");
      }
    });
  }
});
