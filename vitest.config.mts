/**
 * The tests that `npm test` runs: everything under test/, with these exceptions.
 *
 * - Checks of exercises (`test/exercises/NN-slug/name.test.ts`) judge an answer, so they need to be told which: the checker
 *   runs them (`npm run grade`), and test/exercises/prove.test.ts runs them on answers whose verdict is known.
 * - Tests that drive JupyterLab or a notebook's kernel (`test/browser`, `test/notebooks`) take minutes and need more than
 *   Node. Name their project to run them: `npx vitest run --project notebooks`, `--project browser`.
 */

import { defineConfig } from "vitest/config";

const fixtures = "test/**/fixtures/**";
const named = process.argv.filter(
  (argument, at, all) => argument.startsWith("--project=") || all[at - 1] === "--project",
);

/** A project of its own for tests that take longer; it exists only when it is asked for. */
function slow(name: string) {
  const wanted = named.some((argument) => argument.replace("--project=", "") === name);
  return wanted
    ? [
        {
          extends: true as const,
          test: { name, include: [`test/${name}/**/*.test.ts`], fileParallelism: false, testTimeout: 300_000 },
        },
      ]
    : [];
}

export default defineConfig({
  resolve: { alias: { fd3: `${import.meta.dirname}/lib/index.ts` } },
  test: {
    environment: "node",
    // A process per file: tests of real descriptors count them, and one that crashes takes no other with it.
    pool: "forks",
    maxWorkers: 2,
    // Generous, because tests on the real kernel wait for whatever else this machine does.
    testTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: [
            "test/exercises/[0-9][0-9]-*/**",
            fixtures,
            "test/browser/**",
            "test/notebooks/**",
            "**/node_modules/**",
          ],
        },
      },
      ...slow("notebooks"),
      ...slow("browser"),
    ],
  },
});
