/** Real system calls need no privilege: as somebody who may do nothing special, everything works but the capture of frames. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { onLinux } from "./on-linux";

const NOBODY = 65534;
const start = join(__dirname, "..", "..", "..", "lib", "course", "play", "start.cjs");

const GREETING = `const { AF_INET, SOCK_STREAM, bytes } = require("fd3");
exports.default = function* (sys) {
  const fd = yield* sys.socket(AF_INET, SOCK_STREAM);
  yield* sys.bind(fd, { address: "0.0.0.0", port: 0 });
  yield* sys.listen(fd, 5);
  const { port } = yield* sys.getsockname(fd);
  yield* sys.fork(function* client(sys) {
    const fd = yield* sys.socket(AF_INET, SOCK_STREAM);
    yield* sys.connect(fd, { address: "127.0.0.1", port });
    yield* sys.write(fd, bytes("hello"));
  });
  yield* sys.write(1, yield* sys.read(yield* sys.accept(fd), 100));
  yield* sys.waitpid(-1, 0);
};`;

onLinux("without any privilege", () => {
  it("a program runs, its sockets and descriptors are shown, and frames say what they would need", () => {
    const folder = mkdtempSync(join(tmpdir(), "fd3-nobody-"));
    try {
      const file = join(folder, "greeting.cjs");
      writeFileSync(file, GREETING);
      spawnSync("chmod", ["-R", "a+rX", folder]);
      // Tests may run as root: then they become nobody. Else they are without privilege already.
      const root = process.getuid?.() === 0;
      const who = root ? { uid: NOBODY, gid: NOBODY } : {};
      const args = [
        start,
        file,
        "--on",
        "linux",
        "--no-check",
        "--show",
        "trace,ss,descriptors,frames",
        "--at",
        "accept",
      ];
      const env = { PATH: process.env.PATH, TMPDIR: tmpdir(), HOME: folder };
      const { stdout, stderr, status } = spawnSync(process.execPath, args, { ...who, env, encoding: "utf8" });
      expect(stderr).toBe("");
      expect(status).toBe(0);
      expect(stdout).toContain('write(1, "hello", 5)');
      expect(stdout).toMatch(/tcp +LISTEN +0 +5 +127\.0\.0\.1:\d+/);
      expect(stdout).toMatch(/3 +O_RDWR +- +socket:\[\d+\] +tcp LISTEN/);
      expect(stdout).toContain("Capturing frames needs the capability CAP_NET_RAW");
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }, 60_000);
});
