/**
 * The model on a real wire: over a TAP device it talks TCP and UDP with the real kernel of this machine.
 *
 * All of it happens in a network namespace of its own (`unshare -n`), so nothing of the machine's network is touched. That takes
 * root, or a kernel that lets users make namespaces; where it can't be, the test is skipped and says so, and fails on CI.
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";

const unshare = process.getuid?.() === 0 ? ["-n"] : ["-rn"];
const missing = !existsSync("/dev/net/tun")
  ? "There is no /dev/net/tun."
  : spawnSync("unshare", [...unshare, "true"]).status !== 0
    ? "No network namespace can be made here: it needs root."
    : null;
if (missing !== null) console.log(`The model on a real wire: not tried. ${missing}`);

interface Results {
  client: boolean;
  server: boolean;
  refused: string[];
  datagrams: string[];
  left: boolean;
}

it("on CI there is a TAP device; elsewhere it is said in one sentence why not", () => {
  if (process.env.CI !== undefined) expect(missing).toBeNull();
  else expect(missing ?? "There is one.").toMatch(/\.$/);
});

describe.skipIf(missing !== null)("the model and the real kernel on one wire", () => {
  let results: Results;

  beforeAll(() => {
    const script = `ip link set lo up && exec "$0" node_modules/.bin/ts-node -T test/real/tap/in-namespace.ts`;
    const cwd = resolve(__dirname, "../../..");
    const run = spawnSync("unshare", [...unshare, "sh", "-c", script, process.execPath], { cwd, encoding: "utf8" });
    if (run.status !== 0) throw new Error(run.stderr);
    results = JSON.parse(run.stdout);
  }, 60_000);

  it("a megabyte goes from the model to a real echo server and comes back whole", () => {
    expect(results.client).toBe(true);
  });

  it("a real client reads a megabyte from a server on the model, to its end", () => {
    expect(results.server).toBe(true);
  });

  it("where nobody listens, each refuses the other's connection", () => {
    expect(results.refused).toEqual(["ECONNREFUSED", "ECONNREFUSED"]);
  });

  it("datagrams go both ways, with their senders' addresses", () => {
    expect(results.datagrams[0]).toBe("ping from 10.9.0.2");
    expect(results.datagrams[1]).toContain("pong from");
    expect(results.datagrams[1]).toContain('"address":"10.9.0.1","port":5300');
  });

  it("the card is gone when it is closed", () => {
    expect(results.left).toBe(false);
  });
});
