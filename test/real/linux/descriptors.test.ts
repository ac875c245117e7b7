import { expect, it } from "vitest";
import {
  bytes,
  F_GETFD,
  F_GETFL,
  FD_CLOEXEC,
  isSystemError,
  O_CLOEXEC,
  O_CREAT,
  O_NONBLOCK,
  O_RDONLY,
  O_RDWR,
  RLIMIT_NOFILE,
  S_IFIFO,
  S_IFMT,
  S_IFREG,
  SEEK_CUR,
  SEEK_END,
  SEEK_SET,
  type Sys,
  text,
  WEXITSTATUS,
} from "../../../lib/sys";
import { onLinux, resultOf, runToEnd } from "./on-linux";

onLinux("descriptors on real system calls", () => {
  it("gives a fresh process 3 as its first descriptor, and always the lowest free one", async () => {
    const fds = await resultOf(function* (sys) {
      const [r, w] = yield* sys.pipe();
      const file = yield* sys.open("/dev/null", O_RDWR);
      yield* sys.close(w);
      return [r, w, file, yield* sys.dup(0)];
    });
    expect(fds).toEqual([3, 4, 5, 4]);
  });

  it("keeps the offset in the open file description, which dup and fork share", async () => {
    const offsets = await resultOf(
      function* (sys) {
        const fd = yield* sys.open("/etc/motd", O_RDONLY);
        const copy = yield* sys.dup(fd);
        yield* sys.read(fd, 3);
        const afterDup = yield* sys.lseek(copy, 0, SEEK_CUR);
        const pid = yield* sys.fork(function* child(sys: Sys) {
          yield* sys.read(copy, 2);
        });
        yield* sys.waitpid(pid, 0);
        return [afterDup, yield* sys.lseek(fd, 0, SEEK_CUR)];
      },
      { files: { "/etc/motd": "0123456789" } },
    );
    expect(offsets).toEqual([3, 5]);
  });

  it("shares O_NONBLOCK between descriptors, but not the close-on-exec flag", async () => {
    const flags = await resultOf(function* (sys) {
      const [r] = yield* sys.pipe2(O_CLOEXEC);
      const copy = yield* sys.dup(r);
      yield* sys.fcntl(copy, 4, O_NONBLOCK);
      return [yield* sys.fcntl(r, F_GETFL), yield* sys.fcntl(r, F_GETFD), yield* sys.fcntl(copy, F_GETFD)];
    });
    expect(flags).toEqual([O_NONBLOCK, FD_CLOEXEC, 0]);
  });

  it("closes on execve what is marked, and nothing else", async () => {
    const run = await runToEnd(function* before(sys) {
      yield* sys.open("/dev/null", O_RDWR | O_CLOEXEC);
      yield* sys.open("/dev/null", O_RDWR);
      yield* sys.execve(function* after(sys: Sys) {
        const states: unknown[] = [];
        for (const fd of [0, 1, 2, 3, 4]) {
          try {
            states.push(yield* sys.fcntl(fd, F_GETFD));
          } catch (error) {
            states.push(isSystemError(error) ? error.code : error);
          }
        }
        return states;
      });
    });
    expect(run.processes[0].result).toEqual([0, 0, 0, "EBADF", 0]);
  });

  it("copies the table on fork with its numbers, holes and close-on-exec flags", async () => {
    const run = await runToEnd(function* (sys) {
      yield* sys.open("/dev/null", O_RDWR);
      const high = yield* sys.dup2(3, 300);
      yield* sys.dup3(3, 7, O_CLOEXEC);
      yield* sys.close(3);
      const pid = yield* sys.fork(function* child(sys: Sys) {
        const flags = [yield* sys.fcntl(high, F_GETFD), yield* sys.fcntl(7, F_GETFD)];
        return [...flags, yield* sys.dup(0), yield* sys.dup(0), yield* sys.dup(0)];
      });
      return (yield* sys.waitpid(pid, 0)).status;
    });
    expect(run.processes.map(({ result }) => result)).toEqual([0, [0, FD_CLOEXEC, 3, 4, 5]]);
    expect(run.processes[1].name).toBe("program/child");
  });

  it("fails with EMFILE at RLIMIT_NOFILE, which is 1,024 before anybody sets it", async () => {
    const result = await resultOf(function* (sys) {
      const until = function* (sys: Sys) {
        for (let highest = 2; ; ) {
          try {
            highest = yield* sys.dup(0);
          } catch (error) {
            return [highest, isSystemError(error) ? error.code : error];
          }
        }
      };
      const usual = yield* until(sys);
      for (let fd = 3; fd < 1024; fd++) yield* sys.close(fd);
      yield* sys.setrlimit(RLIMIT_NOFILE, 6);
      return [usual, yield* until(sys)];
    });
    expect(result).toEqual([
      [1023, "EMFILE"],
      [5, "EMFILE"],
    ]);
  });

  it("reads, writes, seeks, cuts and removes files in a folder of the run's own", async () => {
    const run = await runToEnd(
      function* (sys) {
        yield* sys.mkdir("/tmp/d");
        const fd = yield* sys.open("/tmp/d/f", O_RDWR | O_CREAT, 0o644);
        yield* sys.writev(fd, [bytes("abc"), bytes("defg")]);
        yield* sys.pwrite(fd, bytes("X"), 1);
        yield* sys.ftruncate(fd, 6);
        const size = yield* sys.lseek(fd, 0, SEEK_END);
        yield* sys.lseek(fd, 0, SEEK_SET);
        const parts = yield* sys.readv(fd, [2, 10]);
        const again = text(yield* sys.pread(fd, 2, 4));
        const { mode, nlink } = yield* sys.stat("tmp/d/../d/f");
        yield* sys.unlink("/tmp/d/f");
        const after = yield* sys.fstat(fd);
        yield* sys.rmdir("/tmp/d");
        return [size, parts.map(text), again, mode === (S_IFREG | 0o644), nlink, after.nlink, after.size];
      },
      { files: { "/etc/motd": "hello" } },
    );
    expect(run.processes[0].result).toEqual([6, ["aX", "cdef"], "ef", true, 1, 0, 6]);
    expect(run.calls[0].args).toEqual(["/tmp/d"]);
  });

  it("fills the program's own buffer and returns the part that it filled", async () => {
    const run = await runToEnd(function* (sys) {
      const [r, w] = yield* sys.pipe();
      yield* sys.write(w, bytes("hey"));
      const buffer = new Uint8Array(5);
      const part = yield* sys.read(r, buffer);
      return [buffer, part.buffer === buffer.buffer, text(part)];
    });
    expect(run.processes[0].result).toEqual([Uint8Array.of(104, 101, 121, 0, 0), true, "hey"]);
    const read = run.calls.find(({ name }) => name === "read");
    expect(read?.args[1]).toEqual(new Uint8Array(5));
    expect(read?.argsAfter?.[1]).toEqual(Uint8Array.of(104, 101, 121, 0, 0));
  });

  it("captures descriptors 1 and 2, and gives descriptor 0 what it was told to", async () => {
    const run = await runToEnd(
      function* (sys) {
        let total = 0;
        for (;;) {
          const data = yield* sys.read(0, 4096);
          if (data.length === 0) break;
          total += data.length;
        }
        yield* sys.write(1, bytes("out "));
        yield* sys.write(2, bytes("err"));
        return [total, ((yield* sys.fstat(0)).mode & S_IFMT) === S_IFIFO];
      },
      { stdin: "x".repeat(200_000) },
    );
    expect(run.output).toBe("out err");
    expect(run.processes[0].result).toEqual([200_000, true]);
  });

  it("packs the exit status as waitpid does", async () => {
    const status = await resultOf(function* (sys) {
      const pid = yield* sys.fork(function* child(sys: Sys) {
        yield* sys.exit(256 + 7);
      });
      const ended = yield* sys.waitpid(pid, 0);
      return [ended.pid === pid, WEXITSTATUS(ended.status)];
    });
    expect(status).toEqual([true, 7]);
  });
});
