/**
 * The table of coverage: for each call and each error that its man page lists, a program that provokes it, or the reason why
 * none does.
 *
 * Nothing of it is kept by hand but the reasons: every program of programs/ is run on the model, and its trace says which call
 * failed with what. That the model fails as Linux does is what agree.test.ts proves with the same programs.
 */
import { model, type SystemCallName, systemCallNames } from "fd3";
import { suites } from "../programs";
import { manPages } from "./man-pages";
import { type Reason, reasonFor } from "./reasons";

/** By call, by errno: the programs in which it was seen, in the order of the suites. */
export type Seen = Map<SystemCallName, Map<string, string[]>>;

/** Runs every program on the model and notes who provoked what. A call that succeeds is noted as "ok". */
export async function seenOnModel(): Promise<Seen> {
  const seen: Seen = new Map();
  for (const [subject, suite] of Object.entries(suites)) {
    for (const [behaviour, { programs, options }] of Object.entries(suite)) {
      const { calls } = await model.run(programs, options);
      for (const { name, error, exit } of calls) {
        if (exit === null) continue;
        const ofCall = seen.get(name) ?? new Map<string, string[]>();
        seen.set(name, ofCall);
        const where = ofCall.get(error?.code ?? "ok") ?? [];
        ofCall.set(error?.code ?? "ok", where);
        const title = `${subject}: ${behaviour}`;
        if (where.at(-1) !== title) where.push(title);
      }
    }
  }
  return seen;
}

export interface Row {
  readonly call: SystemCallName;
  readonly errno: string;
  /** Does the call's man page list it? */
  readonly listed: boolean;
  readonly programs: readonly string[];
  readonly reason: Reason | null;
}

/** One row for each listed pair, and after them one for each that programs provoke although the page doesn't list it. */
export function rows(seen: Seen): Row[] {
  return systemCallNames.flatMap((call) => {
    const { errnos } = manPages[call];
    const provoked = seen.get(call) ?? new Map<string, string[]>();
    const unlisted = [...provoked.keys()].filter((code) => code !== "ok" && !errnos.includes(code)).sort();
    return [...errnos, ...unlisted].map((errno) => {
      const programs = provoked.get(errno === "EWOULDBLOCK" ? "EAGAIN" : errno) ?? [];
      const listed = errnos.includes(errno);
      return { call, errno, listed, programs, reason: programs.length > 0 ? null : reasonFor(call, errno) };
    });
  });
}

/** How many programs a row names. */
const NAMED = 2;

/** A title as it stands in a table. */
export function escaped(title: string): string {
  return title.replaceAll("|", "\\|");
}

function cell({ programs, reason }: Row): string {
  if (programs.length > 0) return programs.slice(0, NAMED).map(escaped).join("<br>");
  return reason === null ? "**nothing yet**" : `_${reason.kind}:_ ${reason.why}`;
}

/** The table as Markdown: test/conformance/COVERAGE.md. */
export function markdown(all: readonly Row[]): string {
  const listed = all.filter((row) => row.listed);
  const provoked = listed.filter((row) => row.programs.length > 0).length;
  const open = listed.filter((row) => row.programs.length === 0 && row.reason === null).length;
  const lines = [
    "# Coverage: call × errno",
    "",
    "Made by `npm run coverage:calls`; a test holds it in step with the programs. For each system call, each error that its man page",
    `lists, with programs of test/conformance/programs that provoke it (the first ${NAMED}) on the model and on Linux, or the reason why none does.`,
    "",
    `${listed.length} listed: ${provoked} provoked, ${listed.length - provoked - open} with a reason, ${open} open.`,
  ];
  for (const call of systemCallNames) {
    const own = all.filter((row) => row.call === call);
    lines.push("", `## ${manPages[call].page.replace(/^\w+/, call)}`, "");
    if (own.length === 0) {
      lines.push("The page lists no error, and no program has seen one.");
      continue;
    }
    lines.push("| errno | provoked by |", "| --- | --- |");
    for (const row of own) lines.push(`| ${row.errno}${row.listed ? "" : " (not on the page)"} | ${cell(row)} |`);
  }
  return `${lines.join("\n")}\n`;
}
