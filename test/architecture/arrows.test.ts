/**
 * The arrows between the rooms: who may import whom. And below the world: no clock, no chance, no I/O.
 *
 * lib/README.md draws the same picture for people.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join, posix, relative, resolve, sep } from "node:path";
import { describe, expect, it } from "vitest";

const lib = resolve(__dirname, "../../lib");

/** Room → what it may import besides itself. A single file of another room is named with its path. */
const mayImport: Record<string, readonly string[]> = {
  sys: [],
  kernel: ["sys", "world/clock"],
  net: ["sys", "kernel", "world/clock"],
  device: [
    "sys",
    "kernel/events",
    "net/interface/net-device",
    "net/ethernet/header",
    "net/packet/packet",
    "net/packet/page",
    "net/packet/page-fragments",
    "net/addresses",
    "net/packet/checksum",
    "kernel/fifo",
    "net/packet/truesize",
    "world/clock",
    "world/random",
  ],
  trace: ["sys", "kernel/events", "net/events", "device/events"],
  world: ["sys", "kernel", "net", "device", "trace"],
  real: ["sys", "kernel/events", "trace"],
  view: ["sys", "kernel/events", "net/events", "trace", "real/side-by-side", "real/differences", "real/tools"],
  user: ["sys"],
  course: ["sys", "kernel", "net", "device", "trace", "world", "real", "view", "user"],
};

/** Rooms that live on virtual time and seeded chance alone. */
const deterministic = ["sys", "kernel", "net", "device", "world"];

const forbidden: readonly [RegExp, string][] = [
  [/\bDate\b\s*[.(]/, "the wall clock (Date)"],
  [/\bperformance\s*\./, "the wall clock (performance)"],
  [/\bhrtime\b/, "the wall clock (hrtime)"],
  [/\bMath\.random\b/, "unseeded randomness (Math.random)"],
  [/\b(setTimeout|setInterval|setImmediate|queueMicrotask)\b/, "real timers"],
  [/from "node:|require\(/, "Node's own modules"],
  [/\bprocess\.(env|std|hr|next|on|argv)/, "the real process"],
];

function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.name === "dist" || entry.name === "node_modules") return [];
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sourceFiles(path);
    return /\.(ts|mts|mjs|js)$/.test(entry.name) ? [path] : [];
  });
}

/** Paths below lib that a file imports, without their ending; packages are left out. */
function importsOf(file: string): string[] {
  const text = readFileSync(file, "utf8");
  const folder = posix.dirname(relative(lib, file).split(sep).join("/"));
  return [...text.matchAll(/(?:from|import|require)\s*\(?\s*"(\.[^"]*)"/g)].map(([, path]) => posix.join(folder, path));
}

function allowed(room: string, target: string): boolean {
  if (target === room || target.startsWith(`${room}/`)) return true;
  return mayImport[room].some((entry) => target === entry || target.startsWith(`${entry}/`));
}

const files = sourceFiles(lib).map((file) => ({ file, name: relative(lib, file).split(sep).join("/") }));

describe("the arrows between the rooms", () => {
  it("there are files to look at, and each belongs to a known room", () => {
    expect(files.length).toBeGreaterThan(50);
    const rooms = new Set(files.filter(({ name }) => name.includes("/")).map(({ name }) => name.split("/")[0]));
    expect([...rooms].filter((room) => !(room in mayImport))).toEqual([]);
  });

  for (const room of Object.keys(mayImport)) {
    it(`${room} imports only ${mayImport[room].join(", ") || "itself"}`, () => {
      const wrong = files
        .filter(({ name }) => name.startsWith(`${room}/`))
        .flatMap(({ file, name }) =>
          importsOf(file)
            .filter((target) => !allowed(room, target))
            .map((target) => `lib/${name} imports lib/${target}`),
        );
      expect(wrong).toEqual([]);
    });
  }
});

describe("below the world", () => {
  for (const room of deterministic) {
    it(`${room} uses no wall clock, no unseeded chance, no I/O`, () => {
      const wrong = files
        .filter(({ name }) => name.startsWith(`${room}/`))
        .flatMap(({ file, name }) => {
          // Comments may speak of them.
          const code = readFileSync(file, "utf8").replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "");
          return forbidden.filter(([pattern]) => pattern.test(code)).map(([, what]) => `lib/${name}: ${what}`);
        });
      expect(wrong).toEqual([]);
    });
  }
});
