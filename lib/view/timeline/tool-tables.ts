/**
 * What tools show of the runs (`ss`, descriptors, frames): a column for each kernel where there is room, else one below the other. The text
 * is the tool's own, so it keeps its blanks.
 */
import type { ToolColumn, ToolOutput } from "../../real/tools/tools";
import { escapeHtml } from "../html";

export function toolTables(outputs: readonly ToolOutput[]): string {
  return outputs.map(toolTable).join("");
}

function toolTable({ tool, title, columns }: ToolOutput): string {
  // A line of tcpdump is long: two of them don't fit beside each other.
  const width = tool === "frames" ? "100%" : "440px";
  const grid = `display:grid;grid-template-columns:repeat(auto-fit,minmax(min(${width},100%),1fr));gap:6px 18px`;
  return `<p class="say" style="margin-top:12px">${escapeHtml(title)}</p><div style="${grid}">${columns.map(column).join("")}</div>`;
}

function column({ kernel, text, notes }: ToolColumn): string {
  const lines = text === null ? "" : preformatted(text || "(none)");
  const said = notes.map((note) => `<p class="note">${escapeHtml(note)}</p>`).join("");
  return `<div style="min-width:0"><p class="h" style="margin:0;color:var(--soft)">${escapeHtml(kernel)}</p>${lines}${said}</div>`;
}

function preformatted(text: string): string {
  return `<div class="scroll"><pre style="margin:0;white-space:pre;word-break:normal;font:11.5px/1.5 var(--mono);color:var(--fg);background:none">${escapeHtml(text)}</pre></div>`;
}
