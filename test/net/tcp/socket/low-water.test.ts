/** SO_RCVLOWAT: how much must have arrived before a reader is woken; socket(7). Recorded from Linux 6.18. */
import { expect, test } from "vitest";
import { AF_INET, bytes, POLLIN, type Program, SOCK_STREAM, SOL_SOCKET, type Sys } from "../../../../lib/sys";
import { checkedRun } from "../../../support/checked-run";

const SO_RCVLOWAT = 18;
const address = { address: "127.0.0.1", port: 80 };

/** A reader that wants 100 bytes at a time, and a peer that sends these numbers of bytes, 100 ms apart. */
function read(sizes: readonly number[], reader: (sys: Sys, fd: number) => Program) {
  return checkedRun({
    *server(sys: Sys) {
      const listener = yield* sys.socket(AF_INET, SOCK_STREAM);
      yield* sys.bind(listener, address);
      yield* sys.listen(listener, 1);
      const fd = yield* sys.accept(listener);
      yield* sys.setsockopt(fd, SOL_SOCKET, SO_RCVLOWAT, 100);
      return yield* reader(sys, fd);
    },
    *client(sys: Sys) {
      const fd = yield* sys.socket(AF_INET, SOCK_STREAM);
      yield* sys.connect(fd, address);
      for (const size of sizes) {
        yield* sys.nanosleep({ tv_sec: 0, tv_nsec: 100_000_000 });
        yield* sys.write(fd, bytes("x".repeat(size)));
      }
      yield* sys.nanosleep({ tv_sec: 1, tv_nsec: 0 });
    },
  }).results[0];
}

/** Whole tenths of a second of the world's clock. */
function* tenths(sys: Sys): Program<number> {
  const { tv_sec, tv_nsec } = yield* sys.clock_gettime(1);
  return Math.floor(10 * tv_sec + tv_nsec / 100_000_000);
}

test("a reader sleeps until so many bytes wait, even if it has asked for fewer", () => {
  const result = read([10, 50, 50], function* (sys, fd) {
    const first = (yield* sys.read(fd, 10)).length;
    return [first, yield* tenths(sys), (yield* sys.read(fd, 1000)).length];
  });
  expect(result).toEqual([10, 3, 100]);
});

test("poll says IN from there on, and not before", () => {
  const result = read([99, 1], function* (sys, fd) {
    const ready = yield* sys.poll([{ fd, events: POLLIN, revents: 0 }], -1);
    return [ready, yield* tenths(sys)];
  });
  expect(result).toEqual([1, 2]);
});

test("whoever sleeps is woken when the mark is lowered", () => {
  const result = read([10], function* (sys, fd) {
    yield* sys.fork(function* (child) {
      yield* child.nanosleep({ tv_sec: 0, tv_nsec: 500_000_000 });
      yield* child.setsockopt(fd, SOL_SOCKET, SO_RCVLOWAT, 5);
    });
    const first = (yield* sys.read(fd, 10)).length;
    return [first, yield* tenths(sys)];
  });
  expect(result).toEqual([10, 5]);
});

test("a buffer that is full is worth reading, whatever the mark", () => {
  const result = read([200_000], function* (sys, fd) {
    yield* sys.setsockopt(fd, SOL_SOCKET, SO_RCVLOWAT, 1_000_000);
    const ready = yield* sys.poll([{ fd, events: POLLIN, revents: 0 }], -1);
    return ready;
  });
  expect(result).toBe(1);
});
