/**
 * Each walk of lib/README.md is really taken: what the walk is about happens in a world, and every function that it says to look for
 * has been called meanwhile. Node's own coverage counts the calls.
 */
import { Session } from "node:inspector";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Fault } from "../../lib/device/fault";
import { AF_INET, bytes, type Program, SOCK_DGRAM, SOCK_STREAM, type Sys } from "../../lib/sys";
import { World } from "../../lib/world";
import { walks } from "./walks";

const session = new Session();

function ask<Result>(method: string, params: object = {}): Result {
  let answer: { result: unknown } | null = null;
  session.post(method, params, (error, result) => {
    if (error !== null) throw new Error(`${method}: ${error.message}`);
    answer = { result };
  });
  return (answer as { result: unknown } | null)?.result as Result;
}

beforeAll(() => {
  session.connect();
  ask("Profiler.enable");
  ask("Profiler.startPreciseCoverage", { callCount: true, detailed: false });
});

afterAll(() => session.disconnect());

interface Script {
  readonly url: string;
  readonly functions: readonly { functionName: string; ranges: readonly { count: number }[] }[];
}

/** "net/tcp/socket/send.ts: sendTo" for every function of the library that is called while `happening` goes on. */
function calledBy(happening: () => void): Set<string> {
  ask("Profiler.takePreciseCoverage");
  happening();
  const { result } = ask<{ result: readonly Script[] }>("Profiler.takePreciseCoverage");
  const called = result.flatMap(({ url, functions }) => {
    const path = /\/lib\/(.*\.ts)/.exec(url)?.[1];
    return functions
      .filter(({ ranges }) => path !== undefined && ranges[0].count > 0)
      .map(({ functionName }) => `${path}: ${functionName.replace(/^get /, "")}`);
  });
  return new Set(called);
}

const PORT = 7;
const MSS = 1448;

/** Takes one connection, reads it to its end, and closes it. */
function* server(sys: Sys): Program<number> {
  const listening = yield* sys.socket(AF_INET, SOCK_STREAM);
  yield* sys.bind(listening, { address: "0.0.0.0", port: PORT });
  yield* sys.listen(listening, 1);
  const fd = yield* sys.accept(listening);
  let received = 0;
  for (let part = yield* sys.read(fd, 65_536); part.length > 0; part = yield* sys.read(fd, 65_536))
    received += part.length;
  yield* sys.close(fd);
  return received;
}

const client = (size: number) =>
  function* (sys: Sys): Program<void> {
    // By now the server sleeps in accept.
    yield* sys.nanosleep({ tv_sec: 1, tv_nsec: 0 });
    const fd = yield* sys.socket(AF_INET, SOCK_STREAM);
    yield* sys.connect(fd, { address: "10.0.0.2", port: PORT });
    yield* sys.write(fd, new Uint8Array(size));
    yield* sys.close(fd);
  };

function* knock(sys: Sys): Program<string> {
  const fd = yield* sys.socket(AF_INET, SOCK_DGRAM);
  yield* sys.connect(fd, { address: "10.0.0.2", port: PORT });
  yield* sys.send(fd, bytes("anybody?"), 0);
  try {
    yield* sys.read(fd, 10);
    return "somebody";
  } catch (error) {
    return (error as { code: string }).code;
  }
}

function between(
  alice: (sys: Sys) => Program,
  bob: ((sys: Sys) => Program) | null,
  faults: readonly Fault[] = [],
): unknown[] {
  const world = new World();
  const [here, there] = ["alice", "bob"].map((name, i) => world.host(name, { address: `10.0.0.${i + 1}/24` }));
  world.link(here, there, { faults });
  const started = [...(bob === null ? [] : [there.spawn(bob, "server")]), here.spawn(alice, "client")];
  world.run();
  return started.map(({ result }) => result);
}

const dataFromAlice = (nth: number | readonly number[]): Fault => ({
  action: "drop",
  from: "alice",
  match: ({ payload }) => payload > 0,
  nth,
});

/** The last acknowledgement of a close by alice: her second without data, after the one that ends the handshake. */
const lastAck: Fault = { action: "drop", from: "alice", match: ({ flags }) => flags === ".", nth: 2 };

const happenings: Record<string, () => void> = {
  "A write and a read": () => expect(between(client(5), server)).toContain(5),
  "A connect and an accept": () => expect(between(client(0), server)).toContain(0),
  "A close": () => expect(between(client(5), server, [lastAck])).toContain(5),
  "A lost segment": () => {
    // The third; the last; all of them, and the probe, so that only the timer is left.
    for (const lost of [3, 10, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]])
      expect(between(client(10 * MSS), server, [dataFromAlice(lost)])).toContain(10 * MSS);
  },
  "A datagram to a port that nobody has": () => expect(between(knock, null)).toEqual(["ECONNREFUSED"]),
};

describe("what a walk says to look for is called when it happens", () => {
  test.each(Object.entries(happenings))("%s", (heading, happening) => {
    const called = calledBy(happening);
    const steps = walks.get(heading) ?? [];
    expect(steps.length).toBeGreaterThan(5);
    const named = steps.flatMap(({ path, names }) => names.map((name) => `${path}: ${name}`));
    expect(named.filter((one) => !called.has(one))).toEqual([]);
  });

  test("and every walk is tried", () => {
    expect([...walks.keys()].filter((heading) => heading !== "")).toEqual(Object.keys(happenings));
    expect(
      calledBy(() => expect(between(knock, null)).toHaveLength(1)),
      "TCP has no part in a datagram",
    ).not.toContain("net/tcp/socket/send.ts: sendTo");
  });
});
