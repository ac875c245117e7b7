/**
 * A run as strace prints it: one line a system call, and two where others got in between.
 *
 * With several processes or threads each line begins with `[pid N]`. A call that has not returned when somebody else's line
 * is printed ends in `<unfinished ...>`; when it returns, a line `<... read resumed>` goes on where it stopped. At the end
 * of a process stands `+++ exited with 0 +++` or `+++ killed by SIGPIPE +++`.
 *
 * Signals are shown where the record of calls allows it: a SIGPIPE after an EPIPE. Checked against strace 6.1 -f.
 */
import {
  MSG_NOSIGNAL,
  type ProcessResult,
  type Run,
  type SystemCallName,
  type SystemCallRecord,
  signalName,
  WEXITSTATUS,
  WIFEXITED,
  WTERMSIG,
} from "../sys";
import { argumentPieces } from "./strace-calls";
import { returnValue } from "./strace-result";

/** As strace's options of the same meaning. */
export interface StraceOptions {
  /** Bytes of a string that are shown before `...`; strace's -s. Default 32. */
  maxString?: number;
  /** Seconds since the run began in front of each line; strace's -r shows the same kind of number. Default false. */
  times?: boolean;
  /** Column of the `=`; strace's -a. Default 40 in a listing, 0 (no padding) for a single call. */
  column?: number;
}

const DEFAULT_STRING = 32;
const DEFAULT_COLUMN = 40;

function padded(text: string, column: number): string {
  return text.padEnd(column - 1);
}

/** One call on one line: `read(3, "hello", 4096) = 5`. A call that sleeps ends in `<unfinished ...>`. */
export function straceCall(record: SystemCallRecord, options: StraceOptions = {}): string {
  const { before, after } = argumentPieces(record, options.maxString ?? DEFAULT_STRING);
  const neverReturns = record.name === "exit";
  if (record.exit === null && !neverReturns) return `${record.name}(${before} <unfinished ...>`;
  return `${padded(`${record.name}(${before}${after})`, options.column ?? 0)} = ${returnValue(record)}`;
}

/** How a process ended: `+++ exited with 0 +++`, or nothing when it hadn't. */
export function straceEnd(process: ProcessResult): string | null {
  if (process.status === null) return null;
  return WIFEXITED(process.status)
    ? `+++ exited with ${WEXITSTATUS(process.status)} +++`
    : `+++ killed by ${signalName(WTERMSIG(process.status))} +++`;
}

/** Where the flags of a call that may raise SIGPIPE stand; write and writev have none. */
const sending: Partial<Record<SystemCallName, number>> = { write: -1, writev: -1, send: 2, sendto: 2, sendmsg: 2 };

/** The SIGPIPE that comes with an EPIPE, or null. */
export function straceSignal(record: SystemCallRecord): string | null {
  const at = sending[record.name];
  if (record.error?.code !== "EPIPE" || at === undefined) return null;
  if (Number(record.args[at] ?? 0) & MSG_NOSIGNAL) return null;
  return `--- SIGPIPE {si_signo=SIGPIPE, si_code=SI_USER, si_pid=${record.pid}} ---`;
}

/** Something to print, at its place in the order of all entries and exits. */
interface Moment {
  place: number;
  record: SystemCallRecord;
  what: "enter" | "exit";
}

function moments(records: readonly SystemCallRecord[]): Moment[] {
  return records
    .flatMap((record): Moment[] => [
      { place: record.enter, record, what: "enter" },
      ...(record.exit === null ? [] : [{ place: record.exit, record, what: "exit" as const }]),
    ])
    .sort((a, b) => a.place - b.place);
}

/** Prints a run, or a part of its records. */
export function strace(run: Run | readonly SystemCallRecord[], options: StraceOptions = {}): string {
  const records = "calls" in run ? run.calls : run;
  const processes = "calls" in run ? run.processes : [];
  return new Listing(records, processes, options).toString();
}

class Listing {
  private readonly lines: string[] = [];
  private readonly several: boolean;
  private readonly unfinished = new Set<SystemCallRecord>();

  constructor(
    records: readonly SystemCallRecord[],
    processes: readonly ProcessResult[],
    private readonly options: StraceOptions,
  ) {
    const everybody = [...records, ...processes.map(({ pid }) => ({ tid: pid }))];
    this.several = new Set(everybody.map(({ tid }) => tid)).size > 1;
    const order = moments(records);
    const last = new Map(order.map(({ record }, i) => [record.pid, i]));
    this.endOf(processes.filter(({ pid }) => !last.has(pid)));
    order.forEach((moment, i) => {
      this.print(moment, order[i + 1]);
      if (last.get(moment.record.pid) === i) this.endOf(processes.filter(({ pid }) => pid === moment.record.pid));
    });
  }

  private print({ record, what }: Moment, next: Moment | undefined): void {
    const { before, after } = argumentPieces(record, this.options.maxString ?? DEFAULT_STRING);
    const whole = next?.record === record && next.what === "exit";
    if (what === "enter") {
      if (record.name === "exit") this.call(record, `exit(${before})`);
      else if (!whole) {
        this.unfinished.add(record);
        this.line(record.tid, record.startTime, `${record.name}(${before} <unfinished ...>`);
      }
      return;
    }
    this.call(
      record,
      this.unfinished.has(record) ? `<... ${record.name} resumed>${after})` : `${record.name}(${before}${after})`,
    );
    const signal = straceSignal(record);
    if (signal) this.line(record.tid, record.endTime ?? 0, signal);
  }

  private call(record: SystemCallRecord, text: string): void {
    const line = `${padded(text, this.options.column ?? DEFAULT_COLUMN)} = ${returnValue(record)}`;
    this.line(record.tid, record.endTime ?? record.startTime, line);
  }

  private endOf(processes: readonly ProcessResult[]): void {
    for (const process of processes) {
      const end = straceEnd(process);
      if (end) this.line(process.pid, null, end);
    }
  }

  private line(tid: number, time: number | null, text: string): void {
    const pid = this.several ? `[pid ${String(tid).padStart(5)}] ` : "";
    const when = this.options.times ? `${time === null ? "".padStart(12) : (time / 1e9).toFixed(6).padStart(12)} ` : "";
    this.lines.push(`${pid}${when}${text}`);
  }

  toString(): string {
    return this.lines.join("\n");
  }
}
