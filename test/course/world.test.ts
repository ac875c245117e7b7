/** Modules that never return: they are ended and named, and the machine goes on without them. */
import { expect, test } from "vitest";
import { patience, World } from "../../lib/course/world";
import { LowestFree } from "../../lib/kernel/fd-allocator";
import { type InternetChecksum, internetChecksum } from "../../lib/net/packet/checksum";
import { StandardDatagramQueue } from "../../lib/net/udp/datagram-queue";
import { AF_INET, bytes, type ProgramFunction, SOCK_DGRAM, SOCK_STREAM, type Sys, text } from "../../lib/sys";
import type { HostOptions } from "../../lib/world";

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

function run(options: HostOptions, program: ProgramFunction = main) {
  const world = new World();
  const host = world.host("alice", options);
  const process = host.spawn(program, "main");
  world.run();
  return { process, faults: host.faults };
}

test("one that never returns is named with its call, and ours goes on with what it had", () => {
  const { process, faults } = run({ modules: { datagramQueue: () => new Hangs() } });
  expect(process.result).toEqual(["one", "two", "three"]);
  expect(faults).toHaveLength(1);
  expect(faults[0]).toMatch(
    /^datagramQueue: take\(\) threw nothing: it never returned \(an endless loop\?\); expected/,
  );
});

test("so is one that hangs while it is made, and two at once", () => {
  const { process, faults } = run({
    modules: { sendWindow: forEver, checksum: forEver, datagramQueue: () => new StandardDatagramQueue() },
    patience: patience(200),
  });
  expect(process.result).toEqual(["one", "two", "three"]);
  expect(faults.map((fault) => fault.split(":")[0]).sort()).toEqual(["checksum", "sendWindow"]);
});

test("what a module throws comes out as it is, even if that is nothing", () => {
  const throws = (what: unknown) => () => {
    throw what;
  };
  for (const what of [undefined, null, 5]) {
    let came: unknown = "nothing thrown";
    try {
      patience()(throws(what));
    } catch (error) {
      came = error;
    }
    expect(came).toBe(what);
  }
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
    return { allocate: (from: number) => mine.allocate(from), take: () => {}, release: () => {}, copy: fdAllocator };
  };
  const { process, faults } = run({ modules: { fdAllocator }, patience: patience(200) });
  expect(process.error).toMatchObject({ code: "EIO" });
  expect(faults[0]).toBe("fdAllocator: allocate(0) threw nothing: it never returned (an endless loop?)");
});

function* stream(sys: Sys) {
  const listener = yield* sys.socket(AF_INET, SOCK_STREAM);
  yield* sys.bind(listener, { address: "127.0.0.1", port: 7 });
  yield* sys.listen(listener, 1);
  const fd = yield* sys.socket(AF_INET, SOCK_STREAM);
  yield* sys.connect(fd, { address: "127.0.0.1", port: 7 });
  yield* sys.write(fd, bytes("abc"));
  return text(yield* sys.read(yield* sys.accept(listener), 100));
}

test("one that is only slow is waited for", () => {
  const checksum: InternetChecksum = (...args) => {
    for (const until = performance.now() + 20; performance.now() < until; );
    return internetChecksum(...args);
  };
  const { process, faults } = run({ modules: { checksum } }, stream);
  expect(faults).toEqual([]);
  expect(process.result).toBe("abc");
});
