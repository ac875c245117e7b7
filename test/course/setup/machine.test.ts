import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";

test("the port is taken out of the arguments, however it is written; the last one counts", async () => {
  const { takePort } = await import("../../../lib/course/setup/ports.mjs");
  expect(takePort(["--no-browser", "--port", "9999", "--debug"])).toEqual({
    port: 9999,
    rest: ["--no-browser", "--debug"],
  });
  expect(takePort(["--port=1", "--ServerApp.port=2"])).toEqual({ port: 2, rest: [] });
  expect(takePort(["--no-browser"])).toEqual({ port: null, rest: ["--no-browser"] });
  expect(() => takePort(["--port", "http"])).toThrow('"http" is no port.');
  expect(() => takePort(["--port"])).toThrow("is no port");
});

test("a port in use is refused when it was asked for, with what to do instead", async () => {
  const { choosePort } = await import("../../../lib/course/setup/ports.mjs");
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address = server.address();
  const port = address && typeof address === "object" ? address.port : 0;
  await expect(choosePort(port, () => {})).rejects.toMatchObject({
    message: expect.stringContaining(`Port ${port} is in use`),
    advice: expect.arrayContaining([expect.stringContaining("npm run lab")]),
  });
  await new Promise((done) => server.close(done));
  expect(await choosePort(port, () => {})).toBe(port);
});

test("npm is the one that started us, else the one beside Node, else missing", async () => {
  const { findNpm } = await import("../../../lib/course/setup/node-modules.mjs");
  const folder = mkdtempSync(join(tmpdir(), "fd3-npm-"));
  const beside = join(folder, "lib", "node_modules", "npm", "bin");
  mkdirSync(beside, { recursive: true });
  mkdirSync(join(folder, "bin"));
  expect(findNpm({}, join(folder, "bin", "node"))).toBeNull();
  writeFileSync(join(beside, "npm-cli.js"), "");
  expect(findNpm({}, join(folder, "bin", "node"))).toBe(
    join(folder, "bin", "..", "lib/node_modules/npm/bin/npm-cli.js"),
  );
  const own = join(folder, "npm-cli.js");
  writeFileSync(own, "");
  expect(findNpm({ npm_execpath: own }, join(folder, "bin", "node"))).toBe(own);
  expect(findNpm({ npm_execpath: join(folder, "yarn.js") }, "/nowhere/bin/node")).toBeNull();
  rmSync(folder, { recursive: true });
});

test("packages installed by hand are taken when they agree with the lock file, and only then", async () => {
  const { nodeModulesInPlace } = await import("../../../lib/course/setup/node-modules.mjs");
  const root = mkdtempSync(join(tmpdir(), "fd3-hand-"));
  const lock = {
    packages: {
      "": {},
      "node_modules/a": { version: "1.0.0" },
      "node_modules/b": { version: "1.0.0", optional: true },
    },
  };
  const note = (version: string) =>
    writeFileSync(
      join(root, "node_modules/.package-lock.json"),
      JSON.stringify({ packages: { "node_modules/a": { version } } }),
    );
  mkdirSync(join(root, "node_modules"));
  writeFileSync(join(root, "package-lock.json"), JSON.stringify(lock));
  expect(nodeModulesInPlace(root)).toBe(false);
  note("1.0.0");
  expect(nodeModulesInPlace(root)).toBe(true);
  note("0.9.0");
  expect(nodeModulesInPlace(root)).toBe(false);
  rmSync(root, { recursive: true });
});

test("venv's places are those of the platform", async () => {
  const { venvPaths } = await import("../../../lib/course/setup/paths.mjs");
  expect(venvPaths("/x", "linux").python).toBe(join("/x", ".venv", "bin", "python"));
  expect(venvPaths("/x", "win32").python).toBe(join("/x", ".venv", "Scripts", "python.exe"));
});

test("the doctor says how to get what is missing, and fails only for what is required", async () => {
  const { report } = await import("../../../lib/course/setup/doctor.mjs");
  const extra = report([
    { name: "tshark", kind: "extra", ok: false, detail: "missing", use: "frames", how: "apt-get" },
  ]);
  expect(extra).toContain("get it: apt-get");
  expect(extra).toContain("Everything required is here.");
  expect(report([{ name: "Python", kind: "required", ok: false, detail: "missing" }])).toContain(
    "Missing and required: Python.",
  );
});

test("the lock file names every platform's variant of every package, or npm ci would refuse it", async () => {
  const root = join(__dirname, "../../..");
  const { packages }: Lock = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"));
  const named = new Set(Object.keys(packages).map((path) => path.split("node_modules/").pop()));
  const optional = Object.values(packages).flatMap((entry) => Object.keys(entry.optionalDependencies ?? {}));
  expect(optional.filter((name) => !named.has(name))).toEqual([]);
});

interface Lock {
  packages: Record<string, { optionalDependencies?: Record<string, string> }>;
}
