/** What predictions and quiz questions share: finding a question, reading a letter, and never failing a cell. */
import { nearest } from "../exercises/nearest";
import { show } from "../show";
import { noteCard } from "./question-card";
import { loadQuestions, type Question, type QuestionKind } from "./questions";

/** Something to tell the learner instead of what was asked for. */
class Message extends Error {}

/** The question of this name; otherwise a message that names those it may have meant. */
export function ask(id: string, kind: QuestionKind): Question {
  const questions = loadQuestions();
  const question = questions.get(String(id));
  if (question?.kind === kind) return question;
  if (question) {
    const call = question.kind === "quiz" ? "quiz" : "predict and reveal";
    throw new Message(`\`${id}\` is a ${question.kind} question: it goes with ${call}.`);
  }
  const ids = [...questions.values()].filter((one) => one.kind === kind).map((one) => one.id);
  const like = nearest(String(id), ids);
  const hint = like.length > 0 ? ` Did you mean ${like.map((one) => `\`${one}\``).join(" or ")}?` : "";
  throw new Message(`There is no question \`${String(id)}\`.${hint}`);
}

/** The option's letter that was meant: "b", "B", "b)"; null when it is none. */
export function letterOf(question: Question, answer: string): string | null {
  const letter = String(answer)
    .toLowerCase()
    .replace(/[^a-z0-9]/g, "");
  return Object.hasOwn(question.options, letter) ? letter : null;
}

/** The letters there are, as in a sentence: "a, b or c". */
export function options(question: Question): string {
  const letters = Object.keys(question.options);
  return `${letters.slice(0, -1).join(", ")} or ${letters[letters.length - 1]}`;
}

/** Runs it; what goes wrong is shown in words, not thrown into the cell. */
export function tell(what: () => void): void {
  try {
    what();
  } catch (error) {
    const says = error instanceof Error ? error.message : String(error);
    show(noteCard("This question", error instanceof Message ? says : `It did not work: ${says}`));
  }
}
