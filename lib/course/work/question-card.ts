/**
 * How a question looks in a notebook and in a terminal: the question, its options by letter, and below them what is to be
 * done or what came of it.
 *
 * Colour never speaks alone: each mark has a sign and a word.
 */
import MarkdownIt from "markdown-it";
import { escapeHtml } from "../../view/html";
import { makePicture, type Picture } from "../../view/picture";
import type { Question } from "./questions";

export type Mark = "yours" | "right" | "wrong";

export interface Card {
  /** The small heading, such as "Prediction". */
  title: string;
  question?: Question;
  /** Options to be marked, by letter. */
  marks?: Record<string, Mark>;
  /** Paragraphs below, in Markdown. */
  says: string[];
  /** What is folded away: its heading and paragraphs in Markdown. */
  more?: { title: string; says: string[] };
  tone?: "plain" | "right" | "wrong";
}

const markdown = new MarkdownIt();
const words: Record<Mark, string> = { yours: "yours", right: "✓ right", wrong: "✗ yours" };
const colours = { plain: "var(--accent)", right: "var(--run)", wrong: "var(--bad)" };

/** The card as a picture. */
export function questionCard(card: Card): Picture {
  return makePicture(escapeHtml(card.title), html(card), text(card));
}

/** A card that only says something: a mistyped name, a file that can't be written. */
export function noteCard(title: string, says: string): Picture {
  return questionCard({ title, says: [says], tone: "wrong" });
}

function html({ title, question, marks = {}, says, more, tone = "plain" }: Card): string {
  const parts = [`<div style="color:var(--soft);font-size:12px;font-weight:600">${escapeHtml(title)}</div>`];
  if (question) {
    parts.push(`<div style="font-size:14px">${markdown.render(question.question)}</div>`);
    const rows = Object.entries(question.options).map(([letter, option]) => {
      const mark = marks[letter];
      const colour = mark === undefined ? "var(--line)" : mark === "yours" ? colours.plain : colours[mark];
      const word =
        mark === undefined
          ? ""
          : `<span style="color:${colour};font-size:12px;white-space:nowrap">${words[mark]}</span>`;
      return (
        `<div style="display:flex;gap:10px;align-items:baseline;padding:3px 0">` +
        `<span style="flex:none;width:20px;text-align:center;border:1px solid ${colour};border-radius:4px;font:600 12px/18px var(--mono)">${letter}</span>` +
        `<span style="flex:1">${markdown.renderInline(option.text)}</span>${word}</div>`
      );
    });
    parts.push(
      `<div role="list" style="margin:2px 0 8px">${rows.map((row) => row.replace("<div", '<div role="listitem"')).join("")}</div>`,
    );
  }
  parts.push(...says.map((paragraph) => markdown.render(paragraph)));
  if (more) {
    const body = more.says.map((paragraph) => markdown.render(paragraph)).join("");
    parts.push(`<details><summary style="cursor:pointer">${escapeHtml(more.title)}</summary>${body}</details>`);
  }
  const frame = `border-left:3px solid ${colours[tone]};padding:2px 0 2px 12px`;
  return `<div class="question" style="${frame}">${parts.join("")}</div>`;
}

function text({ title, question, marks = {}, says, more }: Card): string {
  const lines = [title];
  if (question) {
    lines.push(question.question, "");
    for (const [letter, option] of Object.entries(question.options)) {
      const mark = marks[letter];
      lines.push(`  ${letter}  ${option.text}${mark ? `   [${words[mark]}]` : ""}`);
    }
    lines.push("");
  }
  lines.push(...says);
  if (more) lines.push("", `${more.title}:`, ...more.says);
  return lines.join("\n");
}
