/** The system calls of a run, one a line, as strace prints them. */
import type { Run, SystemCallRecord } from "../../sys";
import { showValue } from "./show-value";

function line(record: SystemCallRecord, several: boolean): string {
  const call = `${record.name}(${record.args.map((argument) => showValue(argument)).join(", ")})`;
  const who = several ? `[${record.process}] ` : "";
  if (record.exit === null) return `${who}${call} <unfinished ...>`;
  if (record.error) return `${who}${call} = -1 ${record.error.code} (${record.error.message})`;
  return `${who}${call} = ${record.result === undefined ? 0 : showValue(record.result)}`;
}

export function listing(run: Run): string {
  const several = new Set(run.calls.map((record) => record.tid)).size > 1;
  return run.calls.map((record) => line(record, several)).join("\n");
}
