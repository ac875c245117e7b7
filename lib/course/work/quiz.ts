/**
 * Retrieval questions: `quiz("01-q1", "?")` asks, and with a letter instead of "?" answers at once.
 *
 * A wrong letter gets what stands against it and not the right one, so that another try is worth something. Each try is
 * recorded; the map of the course counts what is right by now.
 */
import { show } from "../show";
import { ask, letterOf, options, tell } from "./asking";
import { type Card, questionCard } from "./question-card";
import type { Question } from "./questions";
import { record } from "./store";

/** Shows the question; with a letter, says whether it is right and why. */
export function quiz(id: string, answer: string): void {
  tell(() => show(questionCard(quizCard(ask(id, "quiz"), answer))));
}

function quizCard(question: Question, answer: string): Card {
  const title = "From memory";
  const letter = letterOf(question, answer);
  if (letter === null) {
    const says =
      String(answer).trim() === "?"
        ? 'Put the letter of your answer in place of the `"?"` in the cell above and run the cell again.'
        : `There is no option \`${String(answer)}\` here. Put ${options(question)} in place of it and run the cell again.`;
    return { title, question, says: [says] };
  }
  const right = letter === question.answer;
  record({ kind: "quiz", id: question.id, answer: letter, right });
  const { why } = question.options[letter];
  if (!right) {
    const says = [`**${letter}** is not it. ${why}`, "Try another letter."];
    return { title, question, marks: { [letter]: "wrong" }, says, tone: "wrong" };
  }
  const others = Object.entries(question.options).filter(([other]) => other !== letter);
  const more = { title: "Why not the others?", says: others.map(([other, option]) => `**${other}**: ${option.why}`) };
  return {
    title,
    question,
    marks: { [letter]: "right" },
    says: [`**${letter}** is right. ${why}`],
    more,
    tone: "right",
  };
}
