import {
  bytes,
  F_DUPFD,
  F_GETFD,
  F_GETFL,
  F_SETFD,
  F_SETFL,
  FD_CLOEXEC,
  O_CLOEXEC,
  O_CREAT,
  O_NONBLOCK,
  O_RDONLY,
  O_RDWR,
  O_WRONLY,
  RLIMIT_NOFILE,
  SEEK_CUR,
  SEEK_SET,
  type Sys,
  text,
} from "fd3";
import { describe, expect, it } from "vitest";
import { checkedRun, resultOf } from "../support/checked-run";

const files = { "/etc/motd": "hello, world\n" };

describe("a new descriptor", () => {
  it("is the lowest free number, and the first of a process is 3", () => {
    const program = function* (sys: Sys) {
      const first = yield* sys.open("/etc/motd", O_RDONLY);
      const second = yield* sys.open("/etc/motd", O_RDONLY);
      yield* sys.close(first);
      return [first, second, yield* sys.dup(second), yield* sys.fcntl(second, F_DUPFD, 10)];
    };
    expect(resultOf(program, { files })).toEqual([3, 4, 3, 10]);
  });

  it("may be 0 once standard input is closed", () => {
    const program = function* (sys: Sys) {
      yield* sys.close(0);
      return yield* sys.open("/etc/motd", O_RDONLY);
    };
    expect(resultOf(program, { files })).toBe(0);
  });

  it("fails with EMFILE at the limit, and nothing stays open behind it", () => {
    const program = function* (sys: Sys) {
      yield* sys.setrlimit(RLIMIT_NOFILE, 4);
      yield* sys.open("/etc/motd", O_RDONLY);
      yield* sys.pipe();
    };
    expect(checkedRun(program, { files }).errors[0]).toMatchObject({ code: "EMFILE", syscall: "pipe", errno: -24 });
  });
});

describe("two descriptors for one open file", () => {
  it("share the offset after dup", () => {
    const program = function* (sys: Sys) {
      const fd = yield* sys.open("/etc/motd", O_RDONLY);
      const copy = yield* sys.dup(fd);
      const first = text(yield* sys.read(fd, 5));
      return [first, text(yield* sys.read(copy, 7)), yield* sys.lseek(fd, 0, SEEK_CUR)];
    };
    expect(resultOf(program, { files })).toEqual(["hello", ", world", 12]);
  });

  it("have offsets of their own when each was opened", () => {
    const program = function* (sys: Sys) {
      const a = yield* sys.open("/etc/motd", O_RDONLY);
      const b = yield* sys.open("/etc/motd", O_RDONLY);
      return [text(yield* sys.read(a, 5)), text(yield* sys.read(b, 5))];
    };
    expect(resultOf(program, { files })).toEqual(["hello", "hello"]);
  });

  it("share the offset across fork", () => {
    const program = function* (sys: Sys) {
      const fd = yield* sys.open("/etc/motd", O_RDONLY);
      yield* sys.fork(function* child(s) {
        yield* s.read(fd, 7);
      });
      yield* sys.waitpid(-1, 0);
      return text(yield* sys.read(fd, 5));
    };
    expect(resultOf(program, { files })).toBe("world");
  });

  it("share O_NONBLOCK, but not close-on-exec", () => {
    const program = function* (sys: Sys) {
      const [r] = yield* sys.pipe();
      const copy = yield* sys.dup(r);
      yield* sys.fcntl(r, F_SETFL, O_NONBLOCK);
      yield* sys.fcntl(r, F_SETFD, FD_CLOEXEC);
      return [yield* sys.fcntl(copy, F_GETFL), yield* sys.fcntl(copy, F_GETFD), yield* sys.fcntl(r, F_GETFD)];
    };
    expect(resultOf(program)).toEqual([O_NONBLOCK, 0, FD_CLOEXEC]);
  });
});

describe("dup2", () => {
  it("closes what the new descriptor was, and leads it to the old one's file", () => {
    const program = function* (sys: Sys) {
      const [r, w] = yield* sys.pipe();
      yield* sys.dup2(w, 1);
      yield* sys.write(1, bytes("to the pipe"));
      return text(yield* sys.read(r, 100));
    };
    expect(resultOf(program)).toBe("to the pipe");
  });

  it("does nothing when both are the same, where dup3 fails with EINVAL", () => {
    const program = function* (sys: Sys) {
      const same = yield* sys.dup2(1, 1);
      try {
        yield* sys.dup3(1, 1, O_CLOEXEC);
      } catch (error) {
        return [same, (error as { code: string }).code];
      }
      return null;
    };
    expect(resultOf(program)).toEqual([1, "EINVAL"]);
  });
});

it("execve closes what is marked close-on-exec and keeps the rest", () => {
  const program = function* main(sys: Sys) {
    const kept = yield* sys.open("/etc/motd", O_RDONLY);
    const closed = yield* sys.open("/etc/motd", O_RDONLY | O_CLOEXEC);
    yield* sys.execve(function* next(s) {
      const data = text(yield* s.read(kept, 5));
      try {
        yield* s.read(closed, 5);
      } catch (error) {
        return [data, (error as { code: string }).code];
      }
      return null;
    });
  };
  expect(resultOf(program, { files })).toEqual(["hello", "EBADF"]);
});

it("reading a descriptor that was opened for writing fails with EBADF, and so does the reverse", () => {
  const program = function* (sys: Sys) {
    const out = yield* sys.open("/tmp/x", O_WRONLY | O_CREAT, 0o644);
    yield* sys.read(out, 1);
  };
  expect(checkedRun(program).errors[0]).toMatchObject({ code: "EBADF" });
});

it("a file that was removed can still be read by who has it open", () => {
  const program = function* (sys: Sys) {
    const fd = yield* sys.open("/tmp/x", O_RDWR | O_CREAT, 0o644);
    yield* sys.write(fd, bytes("still here"));
    yield* sys.unlink("/tmp/x");
    yield* sys.lseek(fd, 0, SEEK_SET);
    return [text(yield* sys.read(fd, 100)), (yield* sys.fstat(fd)).nlink];
  };
  expect(resultOf(program)).toEqual(["still here", 0]);
});
