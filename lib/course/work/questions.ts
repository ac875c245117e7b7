/**
 * The course's questions, as data: `notebooks/questions/NN-slug.json`, one file a chapter, each a list of questions.
 *
 * A prediction is answered before a run and revealed after it; a quiz question asks later what is remembered. Each option
 * says why it is right or wrong: that is the feedback. A question names the claims of the lesson that it examines, so that
 * a test can tell which claims nobody asks about.
 */
import { join } from "node:path";
import { disk, filesBelow } from "./disk";
import { courseRoot } from "./places";

export type QuestionKind = "prediction" | "quiz";

export interface Option {
  /** What the learner reads, in Markdown. */
  text: string;
  /** Why this is right, or what stands against it, in Markdown. */
  why: string;
}

export interface Question {
  /** "01-shared-offset": the chapter's number and a name. */
  id: string;
  kind: QuestionKind;
  /** The chapter's section that it stands in, by its heading. */
  section: string;
  /** The claims that it examines: "A1" … "I2". */
  claims: string[];
  question: string;
  /** By letter: a, b, c, … */
  options: Record<string, Option>;
  /** The right option's letter. A prediction may leave it to the run. */
  answer?: string;
  /**
   * Which results of the run show which option: by letter, the values that the chapter hands to `reveal`. They stand here, and
   * not in the chapter, so that the cell below a question doesn't give its answer away.
   */
  seen?: Record<string, Result[]>;
}

/** A result of a run that decides a prediction. */
export type Result = string | number | boolean;

/** All questions of the course, by id. A file that isn't right is an error that says where; the tests look at each. */
export function loadQuestions(root: string = courseRoot()): Map<string, Question> {
  const questions = new Map<string, Question>();
  for (const file of filesBelow(join(root, "notebooks", "questions")).filter((name) => name.endsWith(".json"))) {
    const list = readQuestions(disk.read(join(root, "notebooks", "questions", file))?.toString("utf8") ?? "", file);
    for (const question of list) questions.set(question.id, question);
  }
  return questions;
}

/** Reads one file's text; throws with everything that is wrong with it. */
export function readQuestions(text: string, file: string): Question[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Error(`notebooks/questions/${file} is not valid JSON: ${error instanceof Error ? error.message : error}`);
  }
  const problems = questionProblems(value, file);
  if (problems.length > 0) throw new Error(`notebooks/questions/${file}: ${problems.join("; ")}`);
  return value as Question[];
}

/** Everything that is wrong with a file's contents, one sentence each. `file` is its name, "NN-slug.json". */
export function questionProblems(value: unknown, file: string): string[] {
  if (!Array.isArray(value)) return ["it is not a list of questions"];
  const seen = new Set<unknown>();
  return value.flatMap((question: unknown, index) => {
    if (!isRecord(question)) return [`question ${index + 1} is not an object`];
    const name = isText(question.id) ? `"${question.id}"` : `question ${index + 1}`;
    const problems = problemsOf(question, file.slice(0, 2));
    if (seen.has(question.id)) problems.push("is there twice");
    seen.add(question.id);
    return problems.map((problem) => `${name} ${problem}`);
  });
}

const keys = ["id", "kind", "section", "claims", "question", "options", "answer", "seen"];

function problemsOf(question: Record<string, unknown>, chapter: string): string[] {
  const { id, kind, section, claims, question: text, options, answer } = question;
  const problems: string[] = [];
  const must = (holds: boolean, problem: string) => {
    if (!holds) problems.push(problem);
  };
  must(isText(id) && new RegExp(`^${chapter}-[a-z0-9-]+$`).test(id), `needs an id like "${chapter}-some-name"`);
  must(kind === "prediction" || kind === "quiz", 'needs a kind: "prediction" or "quiz"');
  must(isText(section), "needs the section that it stands in");
  must(isText(text), "needs a question");
  must(
    Array.isArray(claims) && claims.length > 0 && claims.every((claim) => isText(claim) && /^[A-I]\d$/.test(claim)),
    'needs claims like ["A1"]',
  );
  for (const key of Object.keys(question)) must(keys.includes(key), `has an unknown key "${key}"`);
  if (!isRecord(options)) return [...problems, "needs options"];
  const letters = Object.keys(options);
  must(letters.length >= 2, "needs two options or more");
  must(letters.join("") === "abcdefgh".slice(0, letters.length), "needs options a, b, c, … in this order");
  for (const [letter, option] of Object.entries(options))
    must(isRecord(option) && isText(option.text) && isText(option.why), `needs a text and a why in option ${letter}`);
  must(
    answer === undefined ? kind === "prediction" : letters.includes(String(answer)),
    "needs an answer among its options",
  );
  if (question.seen !== undefined) {
    must(kind === "prediction", "has results (seen), which only a prediction may have");
    problems.push(...seenProblems(question.seen, letters));
    must(
      answer === undefined || Object.hasOwn(Object(question.seen), String(answer)),
      "needs its answer among those seen",
    );
  }
  return problems;
}

function seenProblems(seen: unknown, letters: readonly string[]): string[] {
  if (!isRecord(seen)) return ['needs results like {"a": ["56789"]} under seen'];
  const problems = Object.keys(seen)
    .filter((letter) => !letters.includes(letter))
    .map((letter) => `has results for "${letter}", which is no option`);
  const results: string[] = [];
  for (const [letter, values] of Object.entries(seen)) {
    const good = Array.isArray(values) && values.length > 0 && values.every(isResult);
    if (good) results.push(...values.map(String));
    else problems.push(`needs a list of texts, numbers or true and false as the results for ${letter}`);
  }
  for (const result of results.filter((one, i) => results.indexOf(one) !== i))
    problems.push(`has the result ${JSON.stringify(result)} twice`);
  return problems;
}

function isResult(value: unknown): value is Result {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value.trim() !== "";
}
