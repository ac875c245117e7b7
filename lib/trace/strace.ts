import type { SystemCallRecord } from "../sys";
export function straceCall(record: SystemCallRecord): string { return record.name; }
