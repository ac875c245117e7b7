/** Modules that never return: they are named, and the run goes on without them. */
import { describe, expect, test } from "vitest";
import { runPatiently } from "../../lib/course/patient-run";
import { LowestFree } from "../../lib/kernel/fd-allocator";
import { StandardPortTable } from "../../lib/net/inet/port-table";
import { SocketTable } from "../../lib/net/inet/socket-table";
import { LongestPrefixTable } from "../../lib/net/ip/route-table";
import type { NetModules } from "../../lib/net/modules/modules";
import { type InternetChecksum, internetChecksum } from "../../lib/net/packet/checksum";
import { StandardListenQueues } from "../../lib/net/tcp/open/listen-queues";
import { StandardWakeUpRule } from "../../lib/net/tcp/socket/wake-up-rule";
import { Rfc6298Timer } from "../../lib/net/tcp/timers/retransmission-timer";
import { StandardDatagramQueue } from "../../lib/net/udp/datagram-queue";
import { AF_INET, bytes, type ProgramFunction, SOCK_DGRAM, SOCK_STREAM, type Sys, text } from "../../lib/sys";
import type { ModelOptions } from "../../lib/world";
import { but } from "../net/contracts/refused";

function forEver(): never {
  for (;;);
}

/** Sends itself three datagrams and reads them. */
function* main(sys: Sys) {
  const fd = yield* sys.socket(AF_INET, SOCK_DGRAM);
  yield* sys.bind(fd, { address: "127.0.0.1", port: 7 });
  const heard: string[] = [];
  for (const word of ["one", "two", "three"]) {
    yield* sys.sendto(fd, bytes(word), 0, { address: "127.0.0.1", port: 7 });
    heard.push(text(yield* sys.read(fd, 100)));
  }
  return heard;
}

/** A queue that hangs when a datagram is taken for the third time. */
class Hangs extends StandardDatagramQueue {
  private taken = 0;

  override take() {
    return ++this.taken === 3 ? forEver() : super.take();
  }
}

const run = (modules: ModelOptions["modules"], program: ProgramFunction = main) =>
  runPatiently(program, { modules }, 200);

describe("a module that never returns", () => {
  test("is named with its call, and ours goes on with what it had", () => {
    const { processes, notes } = run({ datagramQueue: () => new Hangs() });
    expect(processes[0].result).toEqual(["one", "two", "three"]);
    expect(notes).toHaveLength(1);
    expect(notes[0]).toMatch(
      /^datagramQueue: take\(\) threw nothing: it never returned \(an endless loop\?\); expected/,
    );
  });

  test("so is one that hangs while it is made, and two at once", () => {
    const { processes, notes } = run({
      sendWindow: forEver,
      checksum: forEver,
      datagramQueue: () => new StandardDatagramQueue(),
    });
    expect(processes[0].result).toEqual(["one", "two", "three"]);
    expect(notes.map((note) => note.split(":")[0]).sort()).toEqual(["checksum", "sendWindow"]);
  });

  const hanging: Partial<NetModules> = {
    routeTable: () => but(new LongestPrefixTable(), { lookup: forEver }),
    demultiplexer: () => but(new SocketTable(), { lookup: forEver }),
    portTable: (rules, random) => but(new StandardPortTable(rules, random), { bindForConnect: forEver }),
    listenQueues: () => but(new StandardListenQueues<unknown, unknown>(), { addConnection: forEver }),
    sendWindow: () => ({ maySend: forEver }),
    wakeUpRule: () => but(new StandardWakeUpRule(), { readable: forEver }),
    retransmissionTimer: () => but(new Rfc6298Timer(), { measured: forEver }),
    congestionControl: forEver,
  };

  test.each(Object.keys(hanging) as (keyof NetModules)[])("%s", (organ) => {
    const { processes, notes } = run({ [organ]: hanging[organ] }, longStream);
    expect(processes[0].result).toBe(100_000);
    expect(notes.length).toBeGreaterThan(0);
    for (const note of notes) expect(note).toMatch(new RegExp(`^${organ}: .* never returned`));
  });

  test("the descriptor allocator: the call that met it fails", () => {
    class Allocator extends LowestFree {
      private asked = 0;

      override allocate(from: number): number {
        return ++this.asked > 3 ? forEver() : super.allocate(from);
      }
    }
    const fdAllocator = () => {
      const mine = new Allocator();
      return {
        allocate: (from: number) => mine.allocate(from),
        take: mine.take,
        release: mine.release,
        copy: mine.copy,
      };
    };
    const { processes, notes } = run({ fdAllocator: () => ({ ...fdAllocator(), release: () => {} }) });
    expect(processes[0].error).toMatchObject({ code: "EIO" });
    expect(notes.some((note) => note.startsWith("fdAllocator: allocate(0) threw nothing: it never returned"))).toBe(
      true,
    );
  });
});

test("a program that never makes its next call is told from a module that never returns", () => {
  const { processes, notes } = run({ datagramQueue: () => new StandardDatagramQueue() }, function* main(sys: Sys) {
    yield* sys.getpid();
    return forEver();
  });
  expect(processes[0].status).toBe(null);
  expect(notes).toEqual(["cut off: a program never made its next call. An endless loop?"]);
});

/** A client in a process of its own sends more than any window lets go at once. */
function* longStream(sys: Sys) {
  const listener = yield* sys.socket(AF_INET, SOCK_STREAM);
  yield* sys.bind(listener, { address: "127.0.0.1", port: 7 });
  yield* sys.listen(listener, 1);
  yield* sys.fork(function* (child) {
    const fd = yield* child.socket(AF_INET, SOCK_STREAM);
    yield* child.connect(fd, { address: "127.0.0.1", port: 7 });
    yield* child.write(fd, new Uint8Array(100_000));
  });
  const fd = yield* sys.accept(listener);
  let read = 0;
  for (let part = yield* sys.read(fd, 9000); part.length > 0; part = yield* sys.read(fd, 9000)) read += part.length;
  return read;
}

function* stream(sys: Sys) {
  const listener = yield* sys.socket(AF_INET, SOCK_STREAM);
  yield* sys.bind(listener, { address: "127.0.0.1", port: 7 });
  yield* sys.listen(listener, 1);
  const fd = yield* sys.socket(AF_INET, SOCK_STREAM);
  yield* sys.connect(fd, { address: "127.0.0.1", port: 7 });
  yield* sys.write(fd, bytes("abc"));
  return text(yield* sys.read(yield* sys.accept(listener), 100));
}

test("a run that is only slow ends as it should", () => {
  const checksum: InternetChecksum = (...args) => {
    for (const until = performance.now() + 20; performance.now() < until; );
    return internetChecksum(...args);
  };
  const { notes, processes } = runPatiently(stream, { modules: { checksum } }, 100);
  expect(notes).toEqual([]);
  expect(processes[0].result).toBe("abc");
});
