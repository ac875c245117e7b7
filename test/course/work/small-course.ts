/** A small course of its own for tests that ask questions: a folder, and what `show` printed. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { vi } from "vitest";
import type { Question } from "../../../lib/course/work/questions";

export const prediction: Question = {
  id: "01-shared-offset",
  kind: "prediction",
  section: "Shared offsets",
  claims: ["A2"],
  question: "What does the second `read` return?",
  options: {
    a: { text: "the first byte", why: "That would need an offset of its own." },
    b: { text: "the second byte", why: "Both descriptors share **one** offset." },
    c: { text: "nothing", why: "There is more in the file." },
  },
  answer: "b",
  seen: { a: ["01234"], b: ["56789"], c: ["", 0] },
};

export const quizQuestion: Question = {
  ...prediction,
  seen: undefined,
  id: "01-q1",
  kind: "quiz",
  question: "What is shared after `dup`?",
};

export class SmallCourse {
  readonly root = mkdtempSync(join(tmpdir(), "fd3 course "));
  readonly work = join(this.root, "work");
  readonly printed: string[] = [];

  constructor() {
    vi.stubEnv("FD3_COURSE", this.root);
    vi.stubEnv("FD3_WORK", this.work);
    vi.spyOn(console, "log").mockImplementation((text) => this.printed.push(String(text)));
    this.put("notebooks/questions/01-a.json", JSON.stringify([prediction, quizQuestion]));
  }

  put(path: string, contents: string): void {
    mkdirSync(dirname(join(this.root, path)), { recursive: true });
    writeFileSync(join(this.root, path), contents);
  }

  /** What the last call showed. */
  get last(): string {
    return this.printed[this.printed.length - 1] ?? "";
  }

  remove(): void {
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
    rmSync(this.root, { recursive: true, force: true });
  }
}
