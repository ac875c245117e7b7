/** Elsewhere, tests on the real system calls are skipped and say why. On CI that would hide them all, so there it is a failure. */
import { expect, it } from "vitest";
import { linux } from "../../../lib/real/linux";

it("on CI the real system calls can be made; elsewhere it is said in one sentence why not", () => {
  const reason = linux.unavailable();
  if (process.env.CI !== undefined) expect(reason).toBeNull();
  else expect(reason ?? "They can be made.").toMatch(/\.$/);
});
