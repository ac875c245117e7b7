/** A system call in the words of strace, short enough for a card: `read(3, 4096)`, `= "hello"`, `= -1 EPIPE`. */
import { shorten } from "./html";

const LONGEST_TEXT = 32;
const decoder = new TextDecoder();

function quoted(data: Uint8Array): string {
  const text = decoder.decode(data.subarray(0, LONGEST_TEXT + 1));
  return data.length > LONGEST_TEXT ? `${JSON.stringify(text.slice(0, LONGEST_TEXT))}...` : JSON.stringify(text);
}

/** One value as an argument or a result. */
export function valueWords(value: unknown, depth = 0): string {
  if (value instanceof Uint8Array) return quoted(value);
  if (typeof value === "string") return JSON.stringify(shorten(value, 60));
  if (typeof value === "function") return value.name || "program";
  if (value === null || value === undefined) return "NULL";
  if (typeof value !== "object") return String(value);
  if (depth > 2) return "…";
  if (value instanceof Set) return `[${[...value].map((each) => valueWords(each, depth + 1)).join(" ")}]`;
  if (Array.isArray(value)) return `[${value.map((each) => valueWords(each, depth + 1)).join(", ")}]`;
  const fields = Object.entries(value).map(([key, field]) => `${key}=${valueWords(field, depth + 1)}`);
  return `{${fields.join(", ")}}`;
}

/** Calls that take programs, whose names a recording keeps as text. */
const takesProgram = new Set(["fork", "execve", "pthread_create"]);

/** `read(3, 4096)`. */
export function callWords(name: string, args: readonly unknown[]): string {
  const words = args.map((arg) => (takesProgram.has(name) && typeof arg === "string" ? arg : valueWords(arg)));
  return `${name}(${words.join(", ")})`;
}

/** `= 5`, `= "hello"`, `= -1 EPIPE`. */
export function resultWords(result: unknown, error: string | undefined): string {
  if (error !== undefined) return `= -1 ${error}`;
  return result === undefined ? "= 0" : `= ${valueWords(result)}`;
}
