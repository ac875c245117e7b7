/**
 * vitest, kept warm: the server that compiles TypeScript stays, only what has changed is compiled again, and each run gets a
 * fresh process (worker-pool.ts). One run at a time.
 */
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Writable } from "node:stream";
import type { TestCase, TestModule, Vitest } from "vitest/node" with { "resolution-mode": "import" };
import type { CheckedAnswer, JournalEntry } from "./protocol";
import { DEFAULT_SECONDS } from "./protocol";
import { WorkerPool } from "./worker-pool";

/** Beyond a check's own limit, which vitest keeps when it can. Only an endless loop gets here. */
const GRACE = 300;

/** What one run of a test file left behind. */
export interface RawRun {
  /** The names of all checks, in order; empty when the test file itself couldn't be loaded. */
  readonly names: readonly string[];
  readonly results: ReadonlyMap<string, TestCase>;
  readonly module: TestModule | null;
  readonly journal: readonly JournalEntry[];
  /** What vitest reports beside the checks: errors nobody caught, a worker that is gone. */
  readonly errors: readonly { readonly message?: string; readonly stack?: string }[];
  /** It had to be killed after so many seconds. */
  readonly killed: number | null;
  readonly printed: string;
}

export class WarmVitest {
  private readonly seen = new Map<string, number>();
  private names: string[] = [];
  private results = new Map<string, TestCase>();
  private module: TestModule | null = null;

  private constructor(
    private readonly vitest: Vitest,
    private readonly pool: WorkerPool,
    private readonly journal: string,
  ) {}

  /** `root` is the top of the course that holds lib/; `folder` a temporary one, for the journal. */
  static async start(root: string, folder: string): Promise<WarmVitest> {
    // What vitest leaves in the temporary folder goes with ours.
    for (const name of ["TMPDIR", "TEMP", "TMP"]) process.env[name] = folder;
    const { createVitest } = await import("vitest/node");
    const pool = new WorkerPool();
    const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
    let warm: WarmVitest | undefined;
    const vitest = await createVitest(
      "test",
      {
        root,
        config: false,
        watch: false,
        cache: false,
        include: [],
        disableConsoleIntercept: true,
        maxWorkers: 1,
        pool: pool.initializer,
        reporters: [
          {
            onTestModuleCollected: (module) => warm?.collected(module),
            onTestModuleEnd: (module) => warm?.collected(module),
            onTestCaseResult: (test) => void warm?.results.set(test.fullName, test),
          },
        ],
      },
      {
        logLevel: "silent",
        resolve: { alias: { fd3: join(root, "lib", "index.ts") } },
      },
      { stdout: nowhere, stderr: nowhere },
    );
    warm = new WarmVitest(vitest, pool, join(folder, "journal"));
    await vitest.standalone();
    return warm;
  }

  private collected(module: TestModule): void {
    this.module = module;
    this.names = [...module.children.allTests()].map((test) => test.fullName);
  }

  async run(test: string, answer: string): Promise<RawRun> {
    writeFileSync(this.journal, "");
    this.names = [];
    this.results = new Map();
    this.module = null;
    this.pool.takeOutput();
    this.forgetWhatChanged();
    this.provide({ answer, journal: this.journal });
    const guard = this.guard();
    try {
      const specification = this.vitest.getRootProject().createSpecification(test);
      const { unhandledErrors } = await this.vitest.runTestSpecifications([specification]);
      const errors = unhandledErrors as { message?: string; stack?: string }[];
      return {
        names: this.names,
        results: this.results,
        module: this.module,
        journal: this.readJournal(),
        errors,
        killed: guard.killed(),
        printed: this.pool.takeOutput(),
      };
    } finally {
      guard.end();
    }
  }

  /** What the test file finds under `inject("fd3")`; the name is declared where it is read (test/exercises/check.ts). */
  private provide(value: CheckedAnswer): void {
    (this.vitest.provide as (key: string, value: CheckedAnswer) => void)("fd3", value);
  }

  /** Kills the run when the journal shows that a step takes longer than it may. */
  private guard(): { killed(): number | null; end(): void } {
    let killed: number | null = null;
    let [steps, since] = [0, performance.now()];
    const timer = setInterval(() => {
      const journal = this.readJournal();
      if (journal.length !== steps) [steps, since] = [journal.length, performance.now()];
      const step = journal[journal.length - 1];
      // Before the first step it is our own code that runs, perhaps for the first time: give it longer.
      const limit = step?.step === "check" ? step.seconds : step ? DEFAULT_SECONDS : 60;
      if (performance.now() - since < limit * 1000 + GRACE) return;
      killed = limit;
      this.pool.kill();
    }, 100);
    return { killed: () => killed, end: () => clearInterval(timer) };
  }

  private readJournal(): JournalEntry[] {
    const lines = readFileSync(this.journal, "utf8").split("\n");
    return lines.filter((line) => line !== "").map((line) => JSON.parse(line) as JournalEntry);
  }

  /** Files are compiled once; whatever has another time on disk than when it was, is compiled again. */
  private forgetWhatChanged(): void {
    const files = new Set<string>();
    for (const environment of Object.values(this.vitest.vite.environments)) {
      for (const file of environment.moduleGraph.fileToModulesMap.keys()) files.add(file);
    }
    for (const file of files) {
      if (file.includes("/node_modules/")) continue;
      const time = statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
      if (this.seen.get(file) !== time) this.vitest.invalidateFile(file);
      this.seen.set(file, time);
    }
  }

  /** Ends the run that is under way. */
  interrupt(): void {
    this.pool.kill();
  }

  /** Ends all workers; for when the checker itself ends. */
  kill(): void {
    this.pool.close();
  }
}
