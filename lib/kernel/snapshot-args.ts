/** Arguments and results as a trace keeps them: copies, so that what happens later doesn't change what was recorded. */
function copy(value: unknown): unknown {
  if (value === null || typeof value !== "object") return typeof value === "function" ? functionName(value) : value;
  if (value instanceof Uint8Array) return value.slice();
  if (value instanceof Set) return new Set(value);
  if (Array.isArray(value)) return value.map(copy);
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, copy(field)]));
}

/** A program or a handler, where one is an argument: only its name. */
function functionName(value: { name?: string }): string {
  return value.name === undefined || value.name === "" ? "program" : value.name;
}

/** Copies of all the values. */
export function recordable(values: readonly unknown[]): unknown[] {
  return values.map(copy);
}
