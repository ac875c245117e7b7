import { execFileSync } from "node:child_process";
import * as path from "node:path";
import { expect, test } from "vitest";
import { AF_INET, bytes, type InetAddress, SOCK_DGRAM, SOCK_STREAM } from "../../../lib/sys";
import { runOnNode } from "./run";

test("a run that is stuck on the network is torn down when its time is up, and says who slept on what", async () => {
  const run = await runOnNode(
    {
      *server(sys) {
        const fd = yield* sys.socket(AF_INET, SOCK_STREAM);
        yield* sys.bind(fd, { address: "127.0.0.1", port: 0 });
        yield* sys.listen(fd, 1);
        const client = yield* sys.socket(AF_INET, SOCK_STREAM);
        yield* sys.connect(client, (yield* sys.getsockname(fd)) as InetAddress);
        yield* sys.accept(fd);
        yield* sys.fork(function* (sys) {
          yield* sys.write(client, new Uint8Array(50_000_000));
        });
        yield* sys.accept(fd);
      },
      *idle(sys) {
        const fd = yield* sys.socket(AF_INET, SOCK_DGRAM);
        yield* sys.bind(fd, { address: "127.0.0.1", port: 0 });
        yield* sys.alarm(60);
        yield* sys.read(fd, 10);
      },
      *busy(sys) {
        for (;;) yield* sys.write(1, bytes(""));
      },
    },
    { timeout: 300 },
  );
  expect(run.deadlock.map(({ process, call }) => [process, call.split("(")[0]])).toEqual([
    ["server", "accept"],
    ["idle", "read"],
    ["server/child", "write"],
  ]);
  expect(run.processes.map((process) => process.status)).toEqual([null, null, null, null]);
});

test("nothing of a run keeps the process alive afterwards", () => {
  const script = path.join(__dirname, "leaves-nothing.ts");
  const output = execFileSync(process.execPath, ["-r", "ts-node/register/transpile-only", script], {
    encoding: "utf8",
    timeout: 60_000,
  });
  expect(output.trim()).toBe("handles left: none");
});
