/**
 * How many descriptors a program may have: 1,024 as on most machines, fewer where this machine's hard limit is too low for
 * that. (While an agent is born, each number is needed twice.) Source: getrlimit(2).
 */
import { readFileSync } from "node:fs";

const USUAL = 1024;
const SMALL = 256;
const MARGIN = 128;

function hardLimit(): number {
  try {
    const words = /^Max open files\s+\S+\s+(\S+)/m.exec(readFileSync("/proc/self/limits", "utf8"));
    return words === null ? USUAL : words[1] === "unlimited" ? Number.POSITIVE_INFINITY : Number(words[1]);
  } catch {
    return USUAL;
  }
}

/** One more than the program's highest descriptor. */
export const programDescriptors = hardLimit() >= 2 * USUAL + MARGIN ? USUAL : SMALL;
