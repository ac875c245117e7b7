/**
 * A report for the terminal. A failing check speaks in one order: the sentence, what was expected and what happened, the run,
 * the rule, and last the code. Colour only repeats what a sign and a word already say.
 */
import type { Failure } from "./failure";
import type { Exercise } from "./list";
import { type AnswerReport, type CheckState, firstFailure, passed, type TypeProblem } from "./report";

/** Paints text, or leaves it as it is where colours aren't wanted. */
export type Paint = (text: string, colour: "green" | "red" | "dim" | "bold") => string;

const codes = { green: [32, 39], red: [31, 39], dim: [2, 22], bold: [1, 22] } as const;

/** Colours for a terminal that shows them; NO_COLOR and FORCE_COLOR are obeyed. */
export function paintFor(stream: { readonly isTTY?: boolean }): Paint {
  const wanted = process.env.FORCE_COLOR ? process.env.FORCE_COLOR !== "0" : stream.isTTY && !process.env.NO_COLOR;
  return (text, colour) => (wanted ? `\x1b[${codes[colour][0]}m${text}\x1b[${codes[colour][1]}m` : text);
}

export const plain: Paint = (text) => text;

const signs: Record<CheckState, string> = { passed: "✓", failed: "✗", "not run": "·" };
const colours = { passed: "green", failed: "red", "not run": "dim" } as const;

/** How it stands, in a few words. */
export function standing(report: AnswerReport): string {
  const total = report.checks.length;
  const good = report.checks.filter((check) => check.state === "passed").length;
  if (passed(report)) return total === 1 ? "the check passes" : `all ${total} checks pass`;
  if (report.problem) return "can't be checked";
  return `${good} of ${total} checks pass`;
}

function indent(text: string, by: string): string {
  return text.replace(/^(?=.)/gm, by);
}

/** One failure in full. */
export function failureText(failure: Failure, paint: Paint = plain): string {
  const blocks = [paint(failure.says, "bold")];
  const compared: string[] = [];
  if (failure.expected !== undefined)
    compared.push(`  expected  ${indent(failure.expected, "            ").trimStart()}`);
  if (failure.happened !== undefined)
    compared.push(`  happened  ${indent(failure.happened, "            ").trimStart()}`);
  if (compared.length > 0) blocks.push(compared.join("\n"));
  if (failure.run) blocks.push(indent(failure.run, "  "));
  const rule = [failure.rule && `  rule  ${failure.rule}`, failure.read && `  read  ${failure.read}`];
  if (failure.rule || failure.read) blocks.push(rule.filter(Boolean).join("\n"));
  if (failure.code) blocks.push(indent(failure.code, "  "));
  return blocks.join("\n\n");
}

/** What the compiler says, one problem a line as it prints them itself. */
export function typesText(types: readonly TypeProblem[], name: string, most = 5): string {
  const lines = types
    .slice(0, most)
    .map(
      (one) => `  ${name}:${one.line}:${one.column} - error TS${one.code}: ${indent(one.message, "    ").trimStart()}`,
    );
  if (types.length > most) lines.push(`  … and ${types.length - most} more`);
  return lines.join("\n");
}

/** Everything about one answer. */
export function reportText(exercise: Exercise, report: AnswerReport, paint: Paint = plain): string {
  const good = passed(report);
  const head = `${paint(exercise.title, "bold")}  ${paint(`${good ? "✓" : "✗"} ${standing(report)}`, good ? "green" : "red")}`;
  const blocks = [`${head}\n${paint(exercise.id, "dim")}`];
  const checks = report.checks.map((check) => {
    const words = check.state === "not run" ? `${check.name} (not run)` : check.name;
    return paint(`${signs[check.state]} ${words}`, colours[check.state]);
  });
  if (checks.length > 0) blocks.push(checks.join("\n"));
  const first = firstFailure(report);
  if (first) blocks.push(failureText(first.failure, paint));
  if (report.types && report.types.length > 0) {
    blocks.push(`TypeScript says:\n${typesText(report.types, exercise.id.replace(/^.*\//, "").concat(".ts"))}`);
  }
  if (report.printed.trim() !== "") blocks.push(`Your code printed:\n${indent(report.printed.trimEnd(), "  ")}`);
  return blocks.join("\n\n");
}
