import {
  bytes,
  O_APPEND,
  O_CREAT,
  O_DIRECTORY,
  O_EXCL,
  O_RDONLY,
  O_RDWR,
  O_TRUNC,
  O_WRONLY,
  SEEK_CUR,
  SEEK_END,
  SEEK_SET,
  type Sys,
  text,
} from "fd3";
import { attempt, one, type Suite } from "./program";

export const options = { files: { "/data/hello": "hello, world\n", "/data/empty": "" } };

/** Tries open with each of these and lists what came of it: "ok" or the code. */
function opening(...tries: [path: string, flags: number][]) {
  return function* (sys: Sys) {
    const outcomes: string[] = [];
    for (const [path, flags] of tries) {
      const fd = yield* attempt(sys.open(path, flags, 0o644));
      outcomes.push(typeof fd === "number" ? "ok" : fd);
      if (typeof fd === "number") yield* sys.close(fd);
    }
    return outcomes;
  };
}

export const files: Suite = {
  "open: what is missing, what is a directory, what stands in the way": one(
    "open(2)",
    opening(
      ["/data/nothing", O_RDONLY],
      ["/data/nothing/x", O_RDONLY],
      ["/data/hello/x", O_RDONLY],
      ["/data", O_RDONLY],
      ["/data", O_WRONLY],
      ["/data", O_RDWR],
      ["/data/hello", O_RDONLY | O_DIRECTORY],
      ["/data", O_RDONLY | O_DIRECTORY],
      ["/data/hello/", O_RDONLY],
      ["/data/", O_RDONLY],
      ["", O_RDONLY],
      [`/data/${"n".repeat(256)}`, O_RDONLY],
      [`/data/${"n".repeat(255)}`, O_RDONLY],
      ["/data/./hello", O_RDONLY],
      ["/data/../data/hello", O_RDONLY],
      ["/data//hello", O_RDONLY],
    ),
    options,
  ),
  "open: O_CREAT, O_EXCL, O_TRUNC": one(
    "open(2)",
    opening(
      ["/data/new", O_WRONLY | O_CREAT | O_EXCL],
      ["/data/new", O_WRONLY | O_CREAT | O_EXCL],
      ["/data/new", O_WRONLY | O_CREAT],
      ["/data/hello", O_WRONLY | O_CREAT | O_TRUNC],
      ["/data", O_RDONLY | O_CREAT],
      ["/data", O_RDONLY | O_CREAT | O_EXCL],
      ["/data/new2/", O_WRONLY | O_CREAT],
      ["/data/missing/new", O_WRONLY | O_CREAT],
      ["/data", O_RDONLY | O_TRUNC],
    ),
    options,
  ),
  "O_TRUNC empties a file": one(
    "open(2)",
    function* (sys: Sys) {
      const fd = yield* sys.open("/data/hello", O_RDWR | O_TRUNC);
      return [(yield* sys.read(fd, 100)).length, (yield* sys.fstat(fd)).size];
    },
    options,
  ),
  "read gives what there is, then nothing, again and again": one(
    "read(2)",
    function* (sys: Sys) {
      const fd = yield* sys.open("/data/hello", O_RDONLY);
      const parts: string[] = [];
      for (let i = 0; i < 5; i++) parts.push(text(yield* sys.read(fd, 6)));
      return parts;
    },
    options,
  ),
  "read of zero bytes is no end of file": one(
    "read(2)",
    function* (sys: Sys) {
      const fd = yield* sys.open("/data/hello", O_RDONLY);
      return [(yield* sys.read(fd, 0)).length, text(yield* sys.read(fd, 5))];
    },
    options,
  ),
  "read on a directory fails": one(
    "read(2)",
    function* (sys: Sys) {
      const fd = yield* sys.open("/data", O_RDONLY);
      return [yield* attempt(sys.read(fd, 10)), yield* attempt(sys.write(fd, bytes("x")))];
    },
    options,
  ),
  "reading and writing against the access mode": one(
    "read(2), write(2)",
    function* (sys: Sys) {
      const reading = yield* sys.open("/data/hello", O_RDONLY);
      const writing = yield* sys.open("/data/hello", O_WRONLY);
      return [
        yield* attempt(sys.write(reading, bytes("x"))),
        yield* attempt(sys.read(writing, 1)),
        yield* attempt(sys.read(77, 1)),
        yield* attempt(sys.write(-1, bytes("x"))),
        yield* attempt(sys.close(77)),
      ];
    },
    options,
  ),
  "write goes on where the last one ended, and overwrites": one(
    "write(2)",
    function* (sys: Sys) {
      const fd = yield* sys.open("/data/hello", O_RDWR);
      yield* sys.write(fd, bytes("HE"));
      yield* sys.write(fd, bytes("LL"));
      yield* sys.lseek(fd, 0, SEEK_SET);
      return text(yield* sys.read(fd, 100));
    },
    options,
  ),
  "write behind the end leaves a gap of zeros": one(
    "lseek(2)",
    function* (sys: Sys) {
      const fd = yield* sys.open("/data/hole", O_RDWR | O_CREAT, 0o644);
      yield* sys.lseek(fd, 4, SEEK_SET);
      yield* sys.write(fd, bytes("x"));
      yield* sys.lseek(fd, 0, SEEK_SET);
      return [...(yield* sys.read(fd, 10))];
    },
    options,
  ),
  "O_APPEND writes at the end wherever the offset stands": one(
    "open(2)",
    function* (sys: Sys) {
      const fd = yield* sys.open("/data/hello", O_RDWR | O_APPEND);
      const start = text(yield* sys.read(fd, 5));
      yield* sys.write(fd, bytes("more"));
      const offset = yield* sys.lseek(fd, 0, SEEK_CUR);
      yield* sys.lseek(fd, 0, SEEK_SET);
      return [start, offset, text(yield* sys.read(fd, 100))];
    },
    options,
  ),
  "two appenders never overwrite each other": one(
    "open(2)",
    function* (sys: Sys) {
      const a = yield* sys.open("/data/log", O_WRONLY | O_CREAT | O_APPEND, 0o644);
      const b = yield* sys.open("/data/log", O_WRONLY | O_APPEND);
      yield* sys.write(a, bytes("one "));
      yield* sys.write(b, bytes("two "));
      yield* sys.write(a, bytes("three"));
      const fd = yield* sys.open("/data/log", O_RDONLY);
      return text(yield* sys.read(fd, 100));
    },
    options,
  ),
  "two writers with offsets of their own do": one(
    "open(2)",
    function* (sys: Sys) {
      const a = yield* sys.open("/data/log", O_WRONLY | O_CREAT, 0o644);
      const b = yield* sys.open("/data/log", O_WRONLY);
      yield* sys.write(a, bytes("one "));
      yield* sys.write(b, bytes("TWO"));
      const fd = yield* sys.open("/data/log", O_RDONLY);
      return text(yield* sys.read(fd, 100));
    },
    options,
  ),
  "lseek: from start, from here, from the end, and what is refused": one(
    "lseek(2)",
    function* (sys: Sys) {
      const fd = yield* sys.open("/data/hello", O_RDONLY);
      return [
        yield* sys.lseek(fd, 5, SEEK_SET),
        yield* sys.lseek(fd, 2, SEEK_CUR),
        yield* sys.lseek(fd, -3, SEEK_END),
        yield* sys.lseek(fd, 100, SEEK_END),
        (yield* sys.read(fd, 1)).length,
        yield* attempt(sys.lseek(fd, -1, SEEK_SET)),
        yield* attempt(sys.lseek(fd, 0, 9)),
        yield* sys.lseek(fd, 0, SEEK_CUR),
      ];
    },
    options,
  ),
  "lseek on a pipe and a socket: ESPIPE": one("lseek(2)", function* (sys: Sys) {
    const [r, w] = yield* sys.pipe();
    const [s] = yield* sys.socketpair(1, 1);
    return [
      yield* attempt(sys.lseek(r, 0, SEEK_CUR)),
      yield* attempt(sys.lseek(w, 0, SEEK_SET)),
      yield* attempt(sys.lseek(s, 0, SEEK_SET)),
      yield* attempt(sys.pread(r, 1, 0)),
      yield* attempt(sys.pwrite(w, bytes("x"), 0)),
      yield* attempt(sys.pread(s, 1, 0)),
    ];
  }),
};
