/**
 * How ss lays its lines out: each column as wide as its widest cell, addresses to the right and all else to the left, so that the
 * colons stand below each other.
 *
 * Written to a pipe, ss spreads nothing to the width of a terminal, and neither do we. So where ports are short the words "Port" and
 * "Process" touch, as they do in ss. Blanks at the end of a line are left out.
 *
 * Source: iproute2, misc/ss.c: `columns`, `render_calc_width`, `print_left_spacing`.
 */

/** The cells of a socket's line, and of the header. `local` and `peer` end with what stands before the port: ":", or a blank. */
export interface SsLine {
  netid: string;
  state: string;
  receive: string;
  send: string;
  local: string;
  localPort: string;
  peer: string;
  peerPort: string;
  process: string;
  details?: SsDetails;
}

/** What more ss can tell of a socket, each as a text; empty where there is nothing. */
export interface SsDetails {
  /** -o; and the options that -i shows only together with it. */
  timer: string;
  options: string;
  /** -m */
  memory: string;
  /** -i */
  info: string;
}

/** The cells of a line. */
type Cell = Exclude<keyof SsLine, "details">;

export const HEADER: SsLine = {
  netid: "Netid",
  state: "State",
  receive: "Recv-Q",
  send: "Send-Q",
  local: "Local Address:",
  localPort: "Port",
  peer: "Peer Address:",
  peerPort: "Port",
  process: "Process",
};

interface Column {
  cell: Cell;
  right: boolean;
  /** What stands before it, unless it is the first. */
  before: string;
}

const COLUMNS: readonly Column[] = [
  { cell: "netid", right: false, before: "" },
  { cell: "state", right: false, before: " " },
  { cell: "receive", right: false, before: " " },
  { cell: "send", right: false, before: " " },
  { cell: "local", right: true, before: " " },
  { cell: "localPort", right: false, before: "" },
  { cell: "peer", right: true, before: " " },
  { cell: "peerPort", right: false, before: "" },
  { cell: "process", right: false, before: "" },
];

/** The lines as text, without the columns named in `hidden`. Where there is something `below` a line, it gets one of its own. */
export function renderColumns(
  lines: readonly SsLine[],
  hidden: readonly (keyof SsLine)[],
  below: (line: SsLine) => string | null = () => null,
): string {
  const shown = COLUMNS.filter(({ cell }) => !hidden.includes(cell));
  const widths = shown.map(({ cell }) => Math.max(...lines.map((line) => line[cell].length)));
  return lines
    .map((line) => {
      const text = shown
        .map(({ cell, right, before }, i) => {
          const padded = right ? line[cell].padStart(widths[i]) : line[cell].padEnd(widths[i]);
          return (i === 0 ? "" : before) + padded;
        })
        .join("")
        .trimEnd();
      const details = below(line);
      return details === null ? text : `${text}\n${`\t ${details}`.trimEnd()}`;
    })
    .join("\n");
}
