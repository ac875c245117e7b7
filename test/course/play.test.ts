import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import { createRequire } from "node:module";
import * as os from "node:os";
import * as path from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { main } from "../../lib/course/play";
import { linux } from "../../lib/real/linux";

const root = path.join(__dirname, "..", "..");
const places = { root, types: path.join(root, "lib", "index.ts") };
let folder = "";

beforeAll(() => {
  // What start.cjs does, so that programs written in TypeScript can be loaded in this process.
  createRequire(__filename)("ts-node").register({
    transpileOnly: true,
    skipProject: true,
    compilerOptions: { target: "ES2022", module: "commonjs" },
  });
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "play-"));
});
afterAll(() => {
  fs.rmSync(folder, { recursive: true, force: true });
});

/** Writes a file into the test's folder and returns its path. */
function write(name: string, contents: string): string {
  const place = path.join(folder, name);
  fs.writeFileSync(place, contents);
  return place;
}

/** Runs the command in this process. */
async function play(...args: string[]): Promise<{ status: number; out: string; err: string }> {
  const said = { out: "", err: "" };
  const out = vi.spyOn(console, "log").mockImplementation((text: string) => {
    said.out += `${text}\n`;
  });
  const err = vi.spyOn(console, "error").mockImplementation((text: string) => {
    said.err += `${text}\n`;
  });
  try {
    return { status: await main(args, places), ...said };
  } finally {
    out.mockRestore();
    err.mockRestore();
  }
}

const CAT = `export default function* (sys) {
  const fd = yield* sys.open("/motd", 0);
  for (;;) {
    const data = yield* sys.read(fd, 100);
    if (data.length === 0) break;
    yield* sys.write(1, data);
  }
  yield* sys.write(1, yield* sys.read(0, 100));
  yield* sys.exit(3);
}`;

/** As in an exercise: one generator function with a name of its own, and more arguments than sys. */
const ONE = "export function* copy(sys, from, to) { yield* sys.write(to, yield* sys.read(from, 9)); }";

describe("a program file", () => {
  test("may export one generator function by any name, which gets --args", async () => {
    const { out } = await play(write("one.ts", ONE), "--no-check", "--args", "0,1", "--stdin", write("in", "abc"));
    expect(out).toContain('write(1, "abc", 3)                      = 3');
  });

  test("runs on the model and its calls are printed; the status is the program's", async () => {
    const { status, out } = await play(
      write("cat.ts", CAT),
      ...["--no-check", "--file", `/motd=${write("motd", "hello")}`, "--stdin", write("in", "!")],
    );
    expect(out).toContain('read(3, "hello", 100)                   = 5');
    expect(out).toContain("+++ exited with 3 +++");
    expect(out).toContain("descriptors 1 and 2:\nhello!");
    expect(status).toBe(3);
  });

  test("runs on several kernels side by side; the status is 0 when they agree", async () => {
    const file = write("cat.ts", CAT);
    const { status, out } = await play(
      file,
      "--no-check",
      "--on",
      "model,node",
      "--file",
      `/motd=${write("motd", "hi")}`,
    );
    expect(out).toMatch(/^ +model +│ node$/m);
    expect(out).toContain("0 different (!)");
    expect(status).toBe(0);
  });

  test("several programs start together, and --json tells everything", async () => {
    const file = write(
      "pair.ts",
      `function* one(sys) { yield* sys.write(1, new Uint8Array([104])); }
       function* two(sys) { yield* sys.exit(0); }
       export const programs = { one, two };`,
    );
    const { out } = await play(file, "--no-check", "--on", "model,node", "--json");
    const told = JSON.parse(out);
    expect(told.different).toBe(0);
    expect(told.runs.map((run: { kernel: string }) => run.kernel)).toEqual(["model", "node"]);
    expect(told.runs[0].processes.map((process: { name: string }) => process.name)).toEqual(["one", "two"]);
    expect(told.runs[0].calls[0].args[1]).toEqual({ base64: "aA==" });
  });

  test("a stuck program is told to be stuck, with status 3; a signal gives 128 and its number", async () => {
    const stuck = write(
      "stuck.ts",
      "export function* main(sys) { const [r] = yield* sys.pipe(); yield* sys.dup(r); yield* sys.pause(); }",
    );
    const { status, out } = await play(stuck, "--no-check", "--on", "node");
    expect(out).toContain("Stuck: nobody is left who could wake these.\n  program sleeps in pause(");
    expect(status).toBe(3);
    const killed = write("killed.ts", "export function* main(sys) { yield* sys.kill(yield* sys.getpid(), 9); }");
    expect((await play(killed, "--no-check", "--on", "node")).status).toBe(137);
  });
});

describe("--show", () => {
  const LISTENS = `export default function* (sys) {
  const fd = yield* sys.socket(2, 1);
  yield* sys.bind(fd, { address: "127.0.0.1", port: 7201 });
  yield* sys.listen(fd, 3);
  yield* sys.close(fd);
}`;

  test("ss and descriptors look at the moment that --at names; without trace there are no calls", async () => {
    const file = write("listens.ts", LISTENS);
    const { out, status } = await play(file, "--no-check", "--show", "ss,descriptors", "--at", "listen");
    expect(status).toBe(0);
    expect(out).toMatch(
      /sockets, as ss -an lists them, right after listen\nmodel:\n {2}Netid.*\n {2}tcp +LISTEN +0 +3 +127\.0\.0\.1:7201/,
    );
    expect(out).toMatch(/3 +O_RDWR +- +socket:\[1\] +tcp LISTEN 127\.0\.0\.1:7201/);
    expect(out).not.toContain("socket(AF_INET");
    expect((await play(file, "--no-check", "--show", "trace,ss")).out).toMatch(/socket\(AF_INET[\s\S]*── sockets/);
  });

  test("--pcap writes what Wireshark can open", async () => {
    const file = write("listens.ts", LISTENS);
    const { err } = await play(file, "--no-check", "--pcap", path.join(folder, "capture"));
    expect(err).toBe(`0 frames are in ${path.join(folder, "capture.model.pcap")}\n`);
    expect(fs.readFileSync(path.join(folder, "capture.model.pcap")).readUInt32LE(0)).toBe(0xa1b23c4d);
  });

  test("what can't be shown, and what is no moment, is refused with the nearest that is", async () => {
    const file = write("listens.ts", LISTENS);
    expect(await play(file, "--show", "frame")).toMatchObject({
      status: 2,
      err: expect.stringContaining("Did you mean frames?"),
    });
    expect(await play(file, "--at", "server:acept")).toMatchObject({
      status: 2,
      err: expect.stringContaining("Did you mean accept?"),
    });
  });
});

describe("a mistake is explained, with status 2", () => {
  test.each<[string, () => string[], string]>([
    ["no file", () => [], "Which file?"],
    ["a missing file", () => [path.join(folder, "ca.ts")], "Did you mean"],
    ["a folder", () => [folder], "is a folder: name a file in it."],
    ["an unknown kernel", () => ["x.ts", "--on", "model,linus"], 'There is no kernel "linus". Did you mean linux?'],
    ["an unknown option", () => ["x.ts", "--jsn"], "There is no option --jsn. Did you mean --json?"],
    ["a bad number", () => ["x.ts", "--seed", "one"], '--seed takes a number that isn\'t negative, not "one".'],
    ["a bad file option", () => ["x.ts", "--file", "/motd"], "--file takes <path>=<file>"],
    ["a local file that isn't there", () => ["x.ts", "--stdin", "/nowhere/x"], "/nowhere/x can't be read"],
    [
      "no export",
      () => [write("none.ts", "const x = 1;"), "--no-check"],
      "none.ts exports nothing. Write export default",
    ],
    ["another export", () => [write("other.ts", "export const mian = 1;"), "--no-check"], "Did you mean main?"],
    [
      "missing arguments",
      () => [write("args.ts", ONE), "--no-check"],
      "copy in args.ts takes 2 more besides sys: give --args",
    ],
    ["arguments that are no JSON", () => ["x.ts", "--args", "a,b"], "--args takes values as JSON has them"],
    [
      "a plain function",
      () => [write("plain.ts", "export default function () {}"), "--no-check"],
      "is a plain function",
    ],
    ["an async function", () => [write("async.ts", "export default async function () {}"), "--no-check"], "is async"],
    [
      "no function",
      () => [write("number.ts", "export const programs = { a: 1 };"), "--no-check"],
      "a in number.ts is a number",
    ],
    ["a file that throws", () => [write("throws.ts", 'throw new Error("mine");'), "--no-check"], "Error: mine"],
    [
      "a type error",
      () => [
        write(
          "typed.ts",
          `import type { Sys } from "fd3";\nexport default function* (sys: Sys) {\n  yield* sys.close("3");\n}\n`,
        ),
      ],
      "error TS2345: Argument of type 'string' is not assignable to parameter of type 'number'.",
    ],
  ])(
    "%s",
    async (_what, args, message) => {
      write("cat.ts", CAT);
      const { status, err } = await play(...args());
      expect(err).toContain(message);
      expect(status).toBe(2);
    },
    60_000,
  );
});

test("the command itself: the compiler is content, the program runs, and the process ends", () => {
  const file = write(
    "whole.ts",
    `import { bytes, isSystemError, type Sys } from "fd3";
export default function* (sys: Sys) {
  try {
    yield* sys.read(77, 1);
  } catch (error) {
    yield* sys.write(1, bytes(String(isSystemError(error, "EBADF"))));
  }
}
`,
  );
  const start = path.join(root, "lib", "course", "play", "start.cjs");
  const { status, stdout, stderr } = spawnSync(process.execPath, [start, file, "--on", "node"], { encoding: "utf8" });
  expect(stderr).toBe("");
  expect(stdout).toContain("read(77, 0x…, 1)                        = -1 EBADF (Bad file descriptor)");
  expect(stdout).toContain("true");
  expect(status).toBe(0);
}, 120_000);

test.each(["model", "linux"])(
  "an endless program on %s is stopped and told so, and its listing stays short",
  (kernel) => {
    if (kernel === "linux" && linux.unavailable() !== null) {
      console.warn(`not tested on the real machine: ${linux.unavailable()}`);
      return;
    }
    const file = write(
      "endless.ts",
      "export default function* (sys) { for (;;) yield* sys.write(1, new Uint8Array([120])); }",
    );
    const start = path.join(root, "lib", "course", "play", "start.cjs");
    const args = [start, file, "--on", kernel, "--no-check", "--timeout", "500"];
    const { status, stdout } = spawnSync(process.execPath, args, { encoding: "utf8" });
    expect(status).toBe(3);
    expect(stdout).toMatch(/… [\d,]+ more calls …/);
    expect(stdout.split("\n").length).toBeLessThan(60);
  },
  120_000,
);
