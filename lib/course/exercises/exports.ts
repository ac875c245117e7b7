/** Does an answer export what the exercise asks for? Said before any check runs, because nothing else makes sense without. */

/** What an export must be. A class and a generator are functions too, but the message can name what is asked for. */
export type ExportKind = "function" | "generator function" | "class" | "object" | "value";

const words: Record<ExportKind, string> = {
  function: "a function",
  "generator function": "a generator function (function*)",
  class: "a class",
  object: "an object",
  value: "a value",
};

const example: Record<ExportKind, (name: string) => string> = {
  function: (name) => `export function ${name}(…) { … }`,
  "generator function": (name) => `export function* ${name}(…) { … }`,
  class: (name) => `export class ${name} { … }`,
  object: (name) => `export const ${name} = { … };`,
  value: (name) => `export const ${name} = …;`,
};

function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (typeof value !== "function") return typeof value === "object" ? "an object" : `a ${typeof value}`;
  const source = Function.prototype.toString.call(value);
  if (/^class\b/.test(source)) return "a class";
  if (/^(async\s+)?(function\s*\*|\*)/.test(source)) {
    return source.startsWith("async") ? "an async generator function" : "a generator function";
  }
  return source.startsWith("async") ? "an async function" : "a function without the * of a generator";
}

function fits(value: unknown, kind: ExportKind): boolean {
  const found = kindOf(value);
  if (kind === "function") return typeof value === "function" && found !== "a class";
  if (kind === "generator function") return found === "a generator function";
  if (kind === "class") return found === "a class";
  if (kind === "object") return typeof value === "object" && value !== null;
  return value !== undefined;
}

/** What is missing or of the wrong kind in `answer`, as a sentence with an example; null when all is there. */
export function exportProblem(
  answer: Readonly<Record<string, unknown>>,
  asked: Readonly<Record<string, ExportKind>>,
): { says: string; expected: string; happened: string } | null {
  for (const [name, kind] of Object.entries(asked)) {
    const value = answer[name];
    if (fits(value, kind)) continue;
    const exported = Object.keys(answer).filter((one) => one !== "default");
    if (value === undefined) {
      return {
        says: `Your file doesn't export "${name}", which should be ${words[kind]}.`,
        expected: example[kind](name),
        happened: exported.length > 0 ? `it exports ${exported.join(", ")}` : "it exports nothing",
      };
    }
    return {
      says: `"${name}" should be ${words[kind]}, but is ${kindOf(value)}.`,
      expected: example[kind](name),
      happened: `${name} is ${kindOf(value)}`,
    };
  }
  return null;
}
