/** Nothing of a learner's program can be reached from outside this machine, and the program can tell no difference. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { kernels } from "../../lib/course/kernels";
import { parseInet } from "../../lib/real/tools/proc-net";
import {
  AF_INET,
  bytes,
  type InetAddress,
  isSystemError,
  type KernelName,
  type Program,
  type ProgramFunction,
  SOCK_DGRAM,
  SOCK_STREAM,
  type Sys,
} from "../../lib/sys";

const ANY = { address: "0.0.0.0", port: 0 };

/** Where the machine's sockets with this port really are. */
function reallyAt({ port }: InetAddress, kind: "tcp" | "udp"): string[] {
  const lines = parseInet(readFileSync(`/proc/net/${kind}`, "utf8"), kind === "tcp" ? "t" : "u");
  return lines.flatMap(({ line }) => (line.localPort === String(port) ? [line.local] : []));
}

function* attempt(call: Program): Program<unknown> {
  try {
    return (yield* call) ?? "done";
  } catch (error) {
    return isSystemError(error) ? error.code : error;
  }
}

const real = (["linux", "node"] as const).filter((name) => kernels[name].unavailable() === null);

async function result(kernel: KernelName, program: ProgramFunction): Promise<unknown> {
  const { processes } = await kernels[kernel].run(program);
  return processes[0].error ?? processes[0].result;
}

// Where a socket really is, Linux tells in /proc.
describe.skipIf(process.platform !== "linux").each(real)("on the %s kernel", (kernel) => {
  it("a server at 0.0.0.0 is at 127.0.0.1; to the program it is 0.0.0.0, and a note says what was done", async () => {
    const { processes, notes } = await kernels[kernel].run(function* (sys) {
      const fd = yield* sys.socket(AF_INET, SOCK_STREAM);
      yield* sys.bind(fd, ANY);
      yield* sys.listen(fd, 5);
      const name = (yield* sys.getsockname(fd)) as InetAddress;
      const client = yield* sys.socket(AF_INET, SOCK_STREAM);
      yield* sys.connect(client, { address: "127.0.0.1", port: name.port });
      const peer = (yield* sys.getsockname(yield* sys.accept(fd))) as InetAddress;
      return [name.address, peer.address, ...new Set(reallyAt(name, "tcp"))];
    });
    expect(processes[0].result).toEqual(["0.0.0.0", "127.0.0.1", "127.0.0.1:"]);
    expect(notes.join()).toMatch(/0\.0\.0\.0.*127\.0\.0\.1 instead, so that nobody/);
  });

  it("so is one that listens without bind, and a copy of its descriptor in a child", async () => {
    const program: ProgramFunction = function* (sys) {
      const fd = yield* sys.socket(AF_INET, SOCK_STREAM);
      yield* sys.listen(fd, 5);
      const name = (yield* sys.getsockname(fd)) as InetAddress;
      yield* sys.fork(function* (sys: Sys) {
        const there = (yield* sys.getsockname(yield* sys.dup(fd))) as InetAddress;
        yield* sys.exit(there.address === "0.0.0.0" ? 0 : 1);
      });
      return [name.address, (yield* sys.waitpid(-1, 0)).status, ...reallyAt(name, "tcp")];
    };
    expect(await result(kernel, program)).toEqual(["0.0.0.0", 0, "127.0.0.1:"]);
  });

  it("a datagram socket at 0.0.0.0 is at 127.0.0.1, until it is connected", async () => {
    const program: ProgramFunction = function* (sys) {
      const fd = yield* sys.socket(AF_INET, SOCK_DGRAM);
      yield* sys.bind(fd, ANY);
      const before = (yield* sys.getsockname(fd)) as InetAddress;
      const really = reallyAt(before, "udp");
      yield* sys.connect(fd, { address: "127.0.0.1", port: 9 });
      return [before.address, ...really, ((yield* sys.getsockname(fd)) as InetAddress).address];
    };
    expect(await result(kernel, program)).toEqual(["0.0.0.0", "127.0.0.1:", "127.0.0.1"]);
  });

  it("an address of another interface can be neither bound nor reached", async () => {
    const program: ProgramFunction = function* (sys) {
      const fd = yield* sys.socket(AF_INET, SOCK_STREAM);
      const away = { address: "192.0.2.1", port: 80 };
      return [yield* attempt(sys.bind(fd, away)), yield* attempt(sys.connect(fd, away))];
    };
    expect(await result(kernel, program)).toEqual(["EADDRNOTAVAIL", "ENETUNREACH"]);
  });

  it("a datagram that is sent without bind comes from 0.0.0.0's port, and its answer arrives", async () => {
    const program: ProgramFunction = function* (sys) {
      const server = yield* sys.socket(AF_INET, SOCK_DGRAM);
      yield* sys.bind(server, { address: "127.0.0.1", port: 0 });
      const client = yield* sys.socket(AF_INET, SOCK_DGRAM);
      yield* sys.sendto(client, bytes("?"), 0, yield* sys.getsockname(server));
      const { address } = yield* sys.recvfrom(server, 10, 0);
      yield* sys.sendto(server, bytes("!"), 0, address);
      const answer = yield* sys.recv(client, 10, 0);
      return [((yield* sys.getsockname(client)) as InetAddress).address, answer.length];
    };
    expect(await result(kernel, program)).toEqual(["0.0.0.0", 1]);
  });
});
