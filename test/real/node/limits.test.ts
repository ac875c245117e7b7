/** What Node hides is said in the notes of the run in which it matters, and answered as the list says. */
import { describe, expect, it } from "vitest";
import { node } from "../../../lib/real/node";
import { nodeLimits } from "../../../lib/real/node/limits";
import {
  AF_INET,
  AF_UNIX,
  bytes,
  F_SETPIPE_SZ,
  FIONREAD,
  isSystemError,
  MSG_MORE,
  type Program,
  type ProgramFunction,
  SIGSTOP,
  SIOCOUTQ,
  SO_RCVBUF,
  SOCK_DGRAM,
  SOCK_STREAM,
  SOL_SOCKET,
  type Sys,
} from "../../../lib/sys";

const at = (port: number) => ({ address: "127.0.0.1", port });

function* attempt(call: Program): Program<unknown> {
  try {
    return yield* call;
  } catch (error) {
    if (isSystemError(error)) return error.code;
    throw error;
  }
}

/** A socket that is connected to one of its own process. */
function* connected(sys: Sys): Program<number> {
  const fd = yield* sys.socket(AF_INET, SOCK_STREAM);
  yield* sys.listen(fd, 1);
  const client = yield* sys.socket(AF_INET, SOCK_STREAM);
  yield* sys.connect(client, yield* sys.getsockname(fd));
  yield* sys.accept(fd);
  return client;
}

/** For each limit a program that meets it, and what it gets; "" where that is an ordinary answer. */
const programs: Record<keyof typeof nodeLimits, readonly [answer: string, program: ProgramFunction]> = {
  bind: [
    "",
    function* (sys) {
      const fd = yield* sys.socket(AF_INET, SOCK_STREAM);
      yield* sys.bind(fd, at(0));
      yield* sys.getsockname(fd);
    },
  ],
  backlog: ["", connected],
  options: [
    "ENOPROTOOPT",
    function* (sys) {
      return yield* attempt(sys.getsockopt(yield* sys.socket(AF_INET, SOCK_STREAM), SOL_SOCKET, SO_RCVBUF));
    },
  ],
  receiveBuffer: [
    "",
    function* (sys) {
      yield* sys.ioctl(yield* connected(sys), FIONREAD);
    },
  ],
  sendBuffer: [
    "EINVAL",
    function* (sys) {
      return yield* attempt(sys.ioctl(yield* connected(sys), SIOCOUTQ));
    },
  ],
  flags: [
    "",
    function* (sys) {
      yield* sys.send(yield* connected(sys), bytes("x"), MSG_MORE);
    },
  ],
  connectedDatagrams: [
    "",
    function* (sys) {
      const fd = yield* sys.socket(AF_INET, SOCK_DGRAM);
      yield* sys.connect(fd, at(9));
      yield* attempt(sys.sendto(fd, bytes("x"), 0, at(10)));
    },
  ],
  unixNames: [
    "ENOSYS",
    function* (sys) {
      return yield* attempt(sys.bind(yield* sys.socket(AF_UNIX, SOCK_STREAM), { path: "\0name" }));
    },
  ],
  unixDatagrams: [
    "ENOSYS",
    function* (sys) {
      return yield* attempt(sys.socket(AF_UNIX, SOCK_DGRAM));
    },
  ],
  socketpair: [
    "",
    function* (sys) {
      yield* sys.socketpair(AF_UNIX, SOCK_STREAM);
    },
  ],
  pairNames: [
    "EINVAL",
    function* (sys) {
      const [fd] = yield* sys.socketpair(AF_UNIX, SOCK_STREAM);
      return yield* attempt(sys.bind(fd, { path: "/name" }));
    },
  ],
  pipe: [
    "",
    function* (sys) {
      yield* sys.pipe();
    },
  ],
  pipeSize: [
    "EINVAL",
    function* (sys) {
      const [fd] = yield* sys.pipe();
      return yield* attempt(sys.fcntl(fd, F_SETPIPE_SZ, 4096));
    },
  ],
  processes: [
    "",
    function* (sys) {
      yield* sys.fork(function* () {});
    },
  ],
  stop: [
    "EINVAL",
    function* (sys) {
      return yield* attempt(sys.kill(yield* sys.getpid(), SIGSTOP));
    },
  ],
  any: [
    "",
    function* (sys) {
      yield* sys.bind(yield* sys.socket(AF_INET, SOCK_STREAM), { address: "0.0.0.0", port: 0 });
    },
  ],
};

const names = Object.keys(nodeLimits) as (keyof typeof nodeLimits)[];

describe("what the node kernel can't show", () => {
  it.each(names)("%s: the run's notes say so", async (name) => {
    const [answer, program] = programs[name];
    const { notes, processes } = await node.run(program);
    const said =
      name === "options" ? notes.map((note) => note.replace("getsockopt:", "getsockopt and setsockopt:")) : notes;
    expect(said).toContain(nodeLimits[name].note);
    if (answer !== "") expect(processes[0].result).toBe(answer);
    if (answer !== "") expect(nodeLimits[name].instead).toBe(answer);
  });

  it("a run in which nothing is hidden has no notes", async () => {
    const { notes } = await node.run(
      function* (sys) {
        yield* sys.close(yield* sys.open("/f", 0));
      },
      { files: { "/f": "" } },
    );
    expect(notes).toEqual([]);
  });
});
