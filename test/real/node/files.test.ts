import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { describe, expect, test, vi } from "vitest";
import {
  bytes,
  F_GETFD,
  F_GETFL,
  FD_CLOEXEC,
  O_APPEND,
  O_CLOEXEC,
  O_CREAT,
  O_EXCL,
  O_RDONLY,
  O_RDWR,
  O_TRUNC,
  O_WRONLY,
  RLIMIT_NOFILE,
  S_IFMT,
  S_IFREG,
  SEEK_CUR,
  SEEK_END,
  SEEK_SET,
  text,
} from "../../../lib/sys";
import { resultOf, runOnNode } from "./run";

const files = { "/etc/motd": "hello, file\n" };

describe("regular files", () => {
  test("read moves the offset, pread doesn't, lseek sets it", async () => {
    const parts = await resultOf(
      function* (sys) {
        const fd = yield* sys.open("/etc/motd", O_RDONLY);
        const first = text(yield* sys.read(fd, 5));
        const third = text(yield* sys.pread(fd, 4, 7));
        const second = text(yield* sys.read(fd, 100));
        const end = (yield* sys.read(fd, 100)).length;
        yield* sys.lseek(fd, -3, SEEK_END);
        return [fd, first, third, second, end, yield* sys.lseek(fd, 0, SEEK_CUR), text(yield* sys.read(fd, 1))];
      },
      { files },
    );
    expect(parts).toEqual([3, "hello", "file", ", file\n", 0, 9, "l"]);
  });

  test("dup shares the offset, a second open doesn't", async () => {
    const parts = await resultOf(
      function* (sys) {
        const one = yield* sys.open("/etc/motd", O_RDONLY);
        const shared = yield* sys.dup(one);
        const own = yield* sys.open("/etc/motd", O_RDONLY);
        yield* sys.read(one, 7);
        return [text(yield* sys.read(shared, 4)), text(yield* sys.read(own, 5))];
      },
      { files },
    );
    expect(parts).toEqual(["file", "hello"]);
  });

  test("O_APPEND writes at the end, whatever the offset is; O_TRUNC empties; O_EXCL refuses", async () => {
    const seen = await resultOf(function* (sys) {
      const fd = yield* sys.open("/log", O_RDWR | O_CREAT | O_APPEND, 0o600);
      yield* sys.write(fd, bytes("one "));
      yield* sys.lseek(fd, 0, SEEK_SET);
      yield* sys.write(fd, bytes("two"));
      yield* sys.lseek(fd, 0, SEEK_SET);
      const all = text(yield* sys.read(fd, 100));
      const { size, mode } = yield* sys.fstat(fd);
      let refused = "";
      try {
        yield* sys.open("/log", O_WRONLY | O_CREAT | O_EXCL);
      } catch (error) {
        refused = String(error);
      }
      yield* sys.open("/log", O_WRONLY | O_TRUNC);
      return [all, size, (mode & S_IFMT) === S_IFREG, refused, (yield* sys.stat("/log")).size];
    });
    expect(seen).toEqual(["one two", 7, true, "SystemError: open: EEXIST (File exists)", 0]);
  });

  test.each([
    ["ENOENT", "/nope", O_RDONLY],
    ["EISDIR", "/etc", O_WRONLY],
    ["ENOTDIR", "/etc/motd/x", O_RDONLY],
  ])("%s for %s", async (code, path, flags) => {
    await expect(
      resultOf(
        function* (sys) {
          yield* sys.open(path, flags);
        },
        { files },
      ),
    ).rejects.toMatchObject({ code, syscall: "open" });
  });

  test("a path can't leave the run's own folder, and the folder is gone afterwards", async () => {
    // A temporary folder of this test's own: others run at the same time.
    const temporary = fs.mkdtempSync(path.join(os.tmpdir(), "fd3-test-"));
    vi.stubEnv("TMPDIR", temporary);
    const seen = await resultOf(
      function* (sys) {
        return text(yield* sys.read(yield* sys.open("/../../etc/motd", O_RDONLY), 5));
      },
      { files },
    );
    expect(seen).toBe("hello");
    vi.unstubAllEnvs();
    expect(fs.readdirSync(temporary)).toEqual([]);
    fs.rmdirSync(temporary);
  });
});

describe("the descriptor table", () => {
  test("gives the lowest free number, and close-on-exec belongs to the number", async () => {
    const seen = await resultOf(
      function* (sys) {
        const a = yield* sys.open("/etc/motd", O_RDONLY | O_CLOEXEC);
        const b = yield* sys.dup(a);
        yield* sys.close(a);
        const c = yield* sys.dup2(b, 10);
        const d = yield* sys.dup(c);
        const flags = [yield* sys.fcntl(b, F_GETFD), yield* sys.fcntl(b, F_GETFL)];
        const e = yield* sys.dup3(b, 7, O_CLOEXEC);
        return [a, b, c, d, ...flags, (yield* sys.fcntl(e, F_GETFD)) === FD_CLOEXEC];
      },
      { files },
    );
    const O_LARGEFILE = 0o100000;
    expect(seen).toEqual([3, 4, 10, 3, 0, O_RDONLY | O_LARGEFILE, true]);
  });

  test("EBADF for a number that leads nowhere or can't do it, EMFILE when all are taken", async () => {
    const codes = await resultOf(
      function* (sys) {
        const seen: string[] = [];
        const fd = yield* sys.open("/etc/motd", O_RDONLY);
        for (const call of [sys.close(77), sys.write(fd, bytes("x")), sys.read(1, 1), sys.dup2(77, 4)]) {
          try {
            yield* call;
          } catch (error) {
            seen.push((error as { code: string }).code);
          }
        }
        yield* sys.setrlimit(RLIMIT_NOFILE, 4);
        try {
          yield* sys.dup(fd);
        } catch (error) {
          seen.push((error as { code: string }).code);
        }
        return seen;
      },
      { files },
    );
    expect(codes).toEqual(["EBADF", "EBADF", "EBADF", "EBADF", "EMFILE"]);
  });

  test("0 holds stdin, 1 and 2 are collected", async () => {
    const run = await runOnNode(
      function* (sys) {
        const input = yield* sys.read(0, 100);
        yield* sys.write(1, input);
        yield* sys.write(2, bytes("!"));
        return (yield* sys.read(0, 100)).length;
      },
      { stdin: "typed" },
    );
    expect(run.output).toBe("typed!");
    expect(run.processes[0]).toMatchObject({ status: 0, result: 0 });
  });
});
