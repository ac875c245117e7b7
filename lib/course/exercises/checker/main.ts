/**
 * The checker: a process that keeps vitest and the compiler warm and answers one request after the other, each a line of
 * JSON on its standard input. It ends when its input does, so it can't outlive who started it.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { AnswerReport } from "../report";
import { explain } from "./explain";
import type { CancelRequest, CheckerMessage, CheckRequest } from "./protocol";
import { TypeThread } from "./type-thread";
import { WarmVitest } from "./warm-vitest";

/** The top of the repository whose lib/ this is: from lib/course/exercises/checker, or from the same under lib/dist. */
function libraryRoot(): string {
  const up = join(__dirname, "..", "..", "..", "..");
  return __filename.endsWith(".ts") ? up : join(up, "..");
}

/** Said of an answer that isn't there, or is empty, instead of what comes of running it. */
function unreadable(answer: string): Pick<AnswerReport, "problem" | "printed"> | null {
  const problem = (says: string) => ({ problem: { says }, printed: "" });
  const reset = "`npm run reset` brings back what you started from";
  try {
    if (readFileSync(answer, "utf8").trim() !== "") return null;
    return problem(`Your file is empty. ${reset}, and keeps a copy of what is there.`);
  } catch {
    return problem(`Your file isn't there: ${answer}. ${reset}.`);
  }
}

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "fd3-checker-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  const say = (message: CheckerMessage): void => void process.stdout.write(`${JSON.stringify(message)}\n`);
  const root = libraryRoot();
  const types = process.argv.includes("--no-types") ? null : new TypeThread(root);
  const starting = WarmVitest.start(root, folder);
  const cancelled = new Set<number>();
  let running = -1;
  let turn: Promise<void> = Promise.resolve();

  const answer = async (request: CheckRequest): Promise<void> => {
    if (cancelled.delete(request.id)) return;
    running = request.id;
    const typed = request.types && types ? types.check(request.answer) : Promise.resolve(null);
    const start = performance.now();
    const raw = await (await starting).run(request.test, request.answer);
    if (cancelled.delete(request.id)) return;
    const missing = unreadable(request.answer);
    const report = { ...explain(raw, request.answer, performance.now() - start), ...missing };
    say({ type: "report", id: request.id, report, final: !request.types });
    if (request.types) say({ type: "report", id: request.id, report: { ...report, types: await typed }, final: true });
  };

  const lines = createInterface({ input: process.stdin });
  lines.on("line", (line) => {
    const request = JSON.parse(line) as CheckRequest | CancelRequest;
    if (request.type === "cancel") {
      cancelled.add(request.id);
      if (running === request.id) void starting.then((vitest) => vitest.interrupt());
      return;
    }
    turn = turn
      .then(() => answer(request))
      .catch((error: unknown) => {
        const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
        say({ type: "broken", id: request.id, message });
      })
      .finally(() => {
        running = -1;
      });
  });
  lines.on("close", async () => {
    (await starting.catch(() => null))?.kill();
    process.exit(0);
  });
  await starting;
  say({ type: "ready" });
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(1);
});
