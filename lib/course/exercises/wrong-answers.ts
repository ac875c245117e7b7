/**
 * Known wrong answers: each is an answer that somebody with one particular misconception would write, and says in its first
 * comment which check must refuse it, and with what words. They prove that the checks can fail, for the right reason.
 *
 *     // Misconception: numbers count up, a closed descriptor never comes back.
 *     // Fails: a closed number is handed out again
 *     // Says: descriptor 3 was free
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { ExerciseFiles } from "./folders";

export interface WrongAnswer {
  /** The file's name without ".ts": the misconception in a few words, for example "never-reuses". */
  readonly name: string;
  readonly path: string;
  readonly misconception: string;
  /** The check that must be the first to fail, by its whole name. */
  readonly fails: string;
  /** A phrase that the failure must contain, anywhere in what the learner reads. */
  readonly says: string;
}

/** Reads the head comment of a wrong answer; throws an Error that says which line is missing. */
export function parseWrongAnswer(source: string): Omit<WrongAnswer, "name" | "path"> {
  const field = (name: string): string => {
    const match = new RegExp(`^\\s*(?://|\\*)\\s*${name}:\\s*(.+?)\\s*$`, "m").exec(source);
    if (!match) throw new Error(`its first comment needs a line "// ${name}: …"`);
    return match[1];
  };
  return { misconception: field("Misconception"), fails: field("Fails"), says: field("Says") };
}

/** The known wrong answers of an exercise, by name. */
export function wrongAnswers(files: ExerciseFiles): WrongAnswer[] {
  if (!existsSync(files.wrong)) return [];
  return readdirSync(files.wrong)
    .filter((file) => file.endsWith(".ts"))
    .sort()
    .map((file) => {
      const path = join(files.wrong, file);
      try {
        return { name: file.slice(0, -3), path, ...parseWrongAnswer(readFileSync(path, "utf8")) };
      } catch (error) {
        throw new Error(`${path}: ${error instanceof Error ? error.message : String(error)}`);
      }
    });
}
