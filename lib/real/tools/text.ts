/** What tools show of the runs, for a terminal: kernel after kernel, since a tool's lines are as long as the tool makes them. */
import type { ToolOutput } from "./tools";

/** An empty text when no tool was asked for. */
export function toolsText(outputs: readonly ToolOutput[]): string {
  return outputs.map(toolText).join("\n\n");
}

function toolText({ title, columns }: ToolOutput): string {
  const lines = columns.flatMap(({ kernel, text, notes }) => [
    `${kernel}:`,
    ...(text === null ? [] : (text || "(none)").split("\n")).map((line) => `  ${line}`),
    ...notes.map((note) => `  ${note}`),
  ]);
  return [`── ${title}`, ...lines].join("\n");
}
