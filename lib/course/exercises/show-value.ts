/**
 * Values as a person reads them: bytes as text in quotes with escapes (as strace prints buffers), errors by their code,
 * sets and maps by what is in them, long things cut.
 */
import { Errno } from "../../sys";

const escapes: Record<number, string> = { 9: "\\t", 10: "\\n", 13: "\\r", 34: '\\"', 92: "\\\\" };

/** Bytes as strace prints them, up to `longest` of them. */
export function showBytes(data: Uint8Array, longest = 64): string {
  let shown = "";
  for (const byte of data.subarray(0, longest)) {
    if (byte in escapes) shown += escapes[byte];
    else if (byte >= 32 && byte < 127) shown += String.fromCharCode(byte);
    else shown += `\\x${byte.toString(16).padStart(2, "0")}`;
  }
  return `"${shown}"${data.length > longest ? "..." : ""}`;
}

/** How many bytes, and which. */
export function describeBytes(data: Uint8Array): string {
  return data.length === 0 ? "no bytes" : `${data.length} byte${data.length === 1 ? "" : "s"}: ${showBytes(data)}`;
}

/** A value in one line, down to `depth` levels. */
export function showValue(value: unknown, depth = 3): string {
  if (value instanceof Uint8Array) return showBytes(value);
  if (value instanceof Errno) return value.code;
  if (value instanceof Error) return showError(value);
  if (typeof value === "string") return cut(JSON.stringify(value), 200);
  if (typeof value === "function") return value.name ? `function ${value.name}` : "a function";
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value !== "object" || value === null) return String(value);
  if (value instanceof Promise) return "a promise";
  if (depth === 0) return Array.isArray(value) ? "[…]" : "{…}";
  if (Array.isArray(value)) return `[${items(value, depth)}]`;
  if (value instanceof Set) return `set {${items([...value], depth)}}`;
  if (value instanceof Map) {
    return `map {${items([...value], depth, ([key, one]) => `${showValue(key, depth - 1)}: ${showValue(one, depth - 1)}`)}}`;
  }
  return `{${items(Object.entries(value), depth, ([key, one]) => ` ${key}: ${showValue(one, depth - 1)}`)} }`;
}

function items<T>(all: readonly T[], depth: number, show = (one: T): string => showValue(one, depth - 1)): string {
  const shown = all.slice(0, 20).map(show).join(", ");
  return all.length > 20 ? `${shown}, … ${all.length} in all` : shown;
}

function cut(text: string, longest: number): string {
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}

/** An error in a few words: a failed call by its code, anything else by its name and message. */
export function showError(error: unknown): string {
  if (error instanceof Errno) return error.code;
  if (!(error instanceof Error)) return `${showValue(error)}, which is no Error`;
  if ("code" in error && "syscall" in error) return `${String(error.code)} from ${String(error.syscall)}`;
  return `${error.name}: ${error.message}`;
}
