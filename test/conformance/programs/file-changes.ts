/** Files, continued: places, sizes, and names that come and go. */
import {
  bytes,
  FIONREAD,
  O_APPEND,
  O_CREAT,
  O_EXCL,
  O_RDONLY,
  O_RDWR,
  O_WRONLY,
  S_IFDIR,
  S_IFMT,
  S_IFREG,
  SEEK_CUR,
  SEEK_SET,
  type Sys,
  text,
} from "fd3";
import { options } from "./files";
import { attempt, one, type Suite } from "./program";

export const fileChanges: Suite = {
  "pread and pwrite leave the offset alone": one(
    "pread(2)",
    function* (sys: Sys) {
      const fd = yield* sys.open("/data/hello", O_RDWR);
      const middle = text(yield* sys.pread(fd, 5, 7));
      yield* sys.pwrite(fd, bytes("J"), 0);
      return [
        middle,
        yield* sys.lseek(fd, 0, SEEK_CUR),
        text(yield* sys.read(fd, 5)),
        (yield* sys.pread(fd, 5, 1000)).length,
        yield* attempt(sys.pread(fd, 1, -1)),
        yield* attempt(sys.pwrite(fd, bytes("x"), -1)),
      ];
    },
    options,
  ),
  "pwrite on an O_APPEND file appends, whatever the offset": one(
    "pwrite(2), BUGS",
    function* (sys: Sys) {
      const fd = yield* sys.open("/data/hello", O_RDWR | O_APPEND);
      yield* sys.pwrite(fd, bytes("!"), 0);
      return [text(yield* sys.pread(fd, 100, 0)), yield* sys.lseek(fd, 0, SEEK_CUR)];
    },
    options,
  ),
  "readv and writev: several buffers, one operation": one("readv(2)", function* (sys: Sys) {
    const fd = yield* sys.open("/data/v", O_RDWR | O_CREAT, 0o644);
    const written = yield* sys.writev(fd, [bytes("ab"), bytes(""), bytes("cde")]);
    yield* sys.lseek(fd, 0, SEEK_SET);
    const parts = yield* sys.readv(fd, [1, 3, 10]);
    return [written, parts.map((part) => text(part)), (yield* sys.readv(fd, [4, 4])).length];
  }),
  "ftruncate cuts, extends with zeros, and leaves the offset": one(
    "ftruncate(2)",
    function* (sys: Sys) {
      const fd = yield* sys.open("/data/hello", O_RDWR);
      yield* sys.lseek(fd, 10, SEEK_SET);
      yield* sys.ftruncate(fd, 3);
      const atEnd = (yield* sys.read(fd, 5)).length;
      yield* sys.ftruncate(fd, 6);
      const reading = yield* sys.open("/data/hello", O_RDONLY);
      const [r] = yield* sys.pipe();
      return [
        atEnd,
        [...(yield* sys.pread(fd, 10, 0))],
        yield* attempt(sys.ftruncate(reading, 0)),
        yield* attempt(sys.ftruncate(fd, -1)),
        yield* attempt(sys.ftruncate(r, 0)),
      ];
    },
    options,
  ),
  "FIONREAD on a file is what lies between offset and end": one(
    "ioctl(2)",
    function* (sys: Sys) {
      const fd = yield* sys.open("/data/hello", O_RDONLY);
      yield* sys.read(fd, 5);
      return yield* sys.ioctl(fd, FIONREAD);
    },
    options,
  ),
  "stat and fstat: type, size, links": one(
    "stat(2)",
    function* (sys: Sys) {
      const file = yield* sys.stat("/data/hello");
      const fd = yield* sys.open("/data/hello", O_RDONLY);
      const same = yield* sys.fstat(fd);
      const directory = yield* sys.stat("/data");
      return [
        (file.mode & S_IFMT) === S_IFREG,
        file.size,
        file.nlink,
        same.ino === file.ino,
        (directory.mode & S_IFMT) === S_IFDIR,
        yield* attempt(sys.stat("/data/none")),
        yield* attempt(sys.stat("/data/hello/x")),
        yield* attempt(sys.fstat(99)),
      ];
    },
    options,
  ),
  "mkdir, rmdir, unlink and what they refuse": one(
    "mkdir(2), rmdir(2), unlink(2)",
    function* (sys: Sys) {
      yield* sys.mkdir("/data/d", 0o755);
      const outcomes: unknown[] = [
        yield* attempt(sys.mkdir("/data/d", 0o755)),
        yield* attempt(sys.mkdir("/data/hello", 0o755)),
        yield* attempt(sys.mkdir("/data/x/y", 0o755)),
        yield* attempt(sys.mkdir("/data/hello/y", 0o755)),
        yield* attempt(sys.unlink("/data/d")),
        yield* attempt(sys.rmdir("/data/hello")),
        yield* attempt(sys.rmdir("/data/none")),
        yield* attempt(sys.unlink("/data/none")),
        yield* attempt(sys.unlink("/data/hello/")),
        yield* attempt(sys.rmdir("/data/d/.")),
      ];
      yield* sys.close(yield* sys.open("/data/d/f", O_WRONLY | O_CREAT, 0o644));
      outcomes.push(yield* attempt(sys.rmdir("/data/d")), yield* attempt(sys.rmdir("/data/d/..")));
      yield* sys.unlink("/data/d/f");
      yield* sys.rmdir("/data/d");
      outcomes.push(yield* attempt(sys.stat("/data/d")));
      return outcomes;
    },
    options,
  ),
  "a file without a name lives while it is open": one(
    "unlink(2)",
    function* (sys: Sys) {
      const fd = yield* sys.open("/data/hello", O_RDWR);
      yield* sys.unlink("/data/hello");
      const again = yield* attempt(sys.open("/data/hello", O_RDONLY));
      return [again, text(yield* sys.read(fd, 5)), (yield* sys.fstat(fd)).nlink];
    },
    options,
  ),
  "a new file under an old name is another file": one(
    "unlink(2)",
    function* (sys: Sys) {
      const old = yield* sys.open("/data/hello", O_RDONLY);
      yield* sys.unlink("/data/hello");
      const fresh = yield* sys.open("/data/hello", O_RDWR | O_CREAT | O_EXCL, 0o644);
      yield* sys.write(fresh, bytes("new"));
      return [text(yield* sys.read(old, 5)), (yield* sys.fstat(old)).ino === (yield* sys.fstat(fresh)).ino];
    },
    options,
  ),
  "/dev/null swallows and is empty; /dev/zero never ends": one("null(4)", function* (sys: Sys) {
    const none = yield* sys.open("/dev/null", O_RDWR);
    const zero = yield* sys.open("/dev/zero", O_RDWR);
    return [
      yield* sys.write(none, bytes("gone")),
      (yield* sys.read(none, 10)).length,
      [...(yield* sys.read(zero, 4))],
      yield* sys.write(zero, bytes("gone")),
      yield* sys.lseek(none, 5, SEEK_SET),
    ];
  }),
};
