/**
 * Predictions: `predict("01-shared-offset", "b")` before a run, `reveal("01-shared-offset", …)` after it.
 *
 * Committing to an expectation and then seeing what happens is what makes a run stick. So the first letter that is committed
 * is the one that counts, with its time; changing it is allowed, and changing it when the answer is known is told apart.
 *
 * `reveal` is given what the run showed, such as `"56789"`; the file of questions says which option that is. So neither the cell
 * nor the page that a learner sees before running it holds the answer.
 *
 * Nothing here throws: a cell that fails would stop "Run All". A run that contradicts the stored answer is a mistake of the
 * course and goes to stderr too, where the tests that execute the notebooks find it.
 */
import { show } from "../show";
import { ask, letterOf, options, tell } from "./asking";
import { type Card, questionCard } from "./question-card";
import type { Question, Result } from "./questions";
import { type PredictionProgress, readProgress, record } from "./store";

/** Shows the question; with a letter instead of "?" records it as the learner's prediction. */
export function predict(id: string, answer: string): void {
  tell(() => show(questionCard(predictCard(ask(id, "prediction"), answer))));
}

/** Shows what was predicted beside what came out. `result` is what the run showed; the question knows which option that is. */
export function reveal(id: string, result?: unknown): void {
  tell(() => {
    const card = revealCard(ask(id, "prediction"), result);
    show(questionCard(card));
    if (card.contradiction) console.error(card.contradiction);
  });
}

function predictCard(question: Question, answer: string): Card {
  const title = "Prediction: what do you expect?";
  const letter = letterOf(question, answer);
  if (letter === null) {
    const says =
      String(answer).trim() === "?"
        ? 'To commit to your prediction, put its letter in place of the `"?"` in the cell above and run the cell again.'
        : `There is no option \`${String(answer)}\` here. Put ${options(question)} in place of it and run the cell again.`;
    return { title, question, says: [says] };
  }
  record({ kind: "prediction", id: question.id, answer: letter });
  const progress = readProgress().predictions.get(question.id);
  return { title, question, marks: { [letter]: "yours" }, says: [committed(letter, progress)] };
}

function committed(letter: string, progress: PredictionProgress | undefined): string {
  if (progress === undefined || progress.first === letter) return `Your prediction is **${letter}**. Run on, and see.`;
  if (progress.changedAfterReveal)
    return `You know the answer by now: **${letter}** is noted as a second thought. Your prediction stays **${progress.first}**.`;
  return `Changed to **${letter}**; your first thought, **${progress.first}**, is kept too. Run on, and see.`;
}

/** The option that a result shows; null when it shows none. */
function shownBy({ seen = {} }: Question, result: unknown): string | null {
  const fits = ([, results]: [string, readonly Result[]]) => results.map(String).includes(String(result));
  return Object.entries(seen).find(fits)?.[0] ?? null;
}

function revealCard(question: Question, result: unknown): Card & { contradiction?: string } {
  const title = "What you predicted, and what happened";
  const decides = question.seen !== undefined || result !== undefined;
  const seen = decides ? shownBy(question, result) : null;
  const stored = question.answer ?? null;
  if (decides && (seen === null || (stored !== null && seen !== stored))) {
    const which = seen === null ? "" : `, which is ${seen}`;
    const contradiction =
      `${question.id}: the run showed ${JSON.stringify(String(result))}${which}, and the course expected ` +
      `${stored ?? options(question)}. If you have changed the program, that may be why. Otherwise it is a mistake of the ` +
      "course, not yours; please report it.";
    return { title, question, says: [contradiction], tone: "wrong", contradiction };
  }
  const answer = seen ?? stored;
  if (answer === null) return { title, question, says: ["What happened decides: compare it with your prediction."] };
  const right = question.options[answer];
  const shown = seen === null ? "The answer is" : "The run showed";
  const progress = readProgress().predictions.get(question.id);
  if (progress === undefined) {
    // The question stands a few lines above: it needn't be asked a second time.
    return {
      title,
      says: [
        "You have not made a prediction yet. Going back to make one is worth it, even a guess: you remember more.",
      ],
      more: { title: "Show the answer anyway", says: [`${shown} **${answer}**: ${right.text}`, right.why] },
    };
  }
  record({ kind: "reveal", id: question.id, answer });
  const { first, latest } = progress;
  const others = Object.entries(question.options).filter(([letter]) => letter !== answer && letter !== latest);
  const more =
    others.length === 0
      ? undefined
      : { title: "And the others?", says: others.map(([letter, option]) => `**${letter}**: ${option.why}`) };
  const changed = first === latest ? "" : ` (first **${first}**)`;
  if (latest === answer) {
    const says = [`You predicted **${latest}**${changed}, and so it is.`, right.why];
    return { title, question, marks: { [answer]: "right" }, says, more, tone: "right" };
  }
  const says = [
    `You predicted **${latest}**${changed}. ${shown} **${answer}**.`,
    `**${latest}**: ${question.options[latest]?.why ?? "is no option any more."}`,
    `**${answer}**: ${right.why}`,
  ];
  return { title, question, marks: { [latest]: "wrong", [answer]: "right" }, says, more, tone: "wrong" };
}
