/** Examples of rules about numbers. */
import { AF_INET, EBADF, O_RDONLY, type Programs, SOCK_STREAM } from "../../../lib/sys";
import { changed, changedCall, type Example, run } from "./runs";

const parent: Programs = function* (sys) {
  const pid = yield* sys.fork(function* child(sys) {
    yield* sys.getpid();
  });
  yield* sys.waitpid(pid, 0);
};

/** The same run on a machine where the child has this pid, and waitpid is asked for `asked`. */
function renumbered(pid: number, asked: number) {
  const one = run(parent);
  const was = one.processes[1].pid;
  const calls = changed(one, ({ name, pid: own }) => ({
    ...(own === was ? { pid, tid: pid } : {}),
    ...(name === "fork" || name === "getpid" ? { result: pid } : {}),
    ...(name === "waitpid" ? { args: [asked, 0], result: { pid, status: 0 } } : {}),
  }));
  return { ...calls, processes: one.processes.map((each) => (each.pid === was ? { ...each, pid } : each)) };
}

const listener: Programs = function* (sys) {
  const fd = yield* sys.socket(AF_INET, SOCK_STREAM);
  yield* sys.bind(fd, { address: "127.0.0.1", port: 0 });
  yield* sys.listen(fd, 5);
  const address = yield* sys.getsockname(fd);
  const client = yield* sys.socket(AF_INET, SOCK_STREAM);
  yield* sys.connect(client, address);
  yield* sys.getpeername(client);
};

/** The same run with other ports: what getsockname tells, and what getpeername tells. */
function withPorts(told: number, peer: number) {
  const at = (port: number) => ({ family: AF_INET, address: "127.0.0.1", port });
  return changed(run(listener), ({ name, args }) => {
    if (name === "getsockname") return { result: at(told) };
    if (name === "connect") return { args: [args[0], at(told)] };
    return name === "getpeername" ? { result: at(peer) } : {};
  });
}

/** Two threads that each open a file: whoever comes first gets 3. */
const twoThreads = (first: number): Programs =>
  function* (sys) {
    const threads: number[] = [];
    for (const i of [0, 1]) {
      threads.push(
        yield* sys.pthread_create(function* (sys) {
          if (i !== first) yield* sys.nanosleep({ tv_sec: 1, tv_nsec: 0 });
          yield* sys.open(`/${i}`, O_RDONLY);
        }),
      );
    }
    for (const thread of threads) yield* sys.pthread_join(thread);
  };
const twoFiles = { files: { "/0": "", "/1": "" } };

const stats: Programs = function* (sys) {
  yield* sys.stat("/f");
  yield* sys.fstat(1);
  yield* sys.close(0);
};
const oneFile = { files: { "/f": "hello" } };

export const numberExamples: readonly Example[] = [
  {
    rule: "process-id",
    says: "a child with another pid, wherever the pid appears",
    allowed: () => [run(parent), renumbered(7777, 7777)],
    saysNot: "a parent that waits for another than it has forked",
    wrong: () => [run(parent), renumbered(7777, 7778)],
  },
  {
    rule: "port",
    says: "another free port, wherever the port appears",
    allowed: () => [run(listener), withPorts(40_000, 40_000)],
    saysNot: "a peer with another port than the one connected to",
    wrong: () => [run(listener), withPorts(40_000, 40_001)],
  },
  {
    rule: "descriptor",
    says: "two threads that open at the same time, in either order",
    allowed: () => [run(twoThreads(0), twoFiles), run(twoThreads(1), twoFiles)],
    saysNot: "a descriptor that isn't the lowest free one",
    wrong: () => [run(twoThreads(0), twoFiles), changedCall(run(twoThreads(1), twoFiles), "open", { result: 9 })],
  },
  {
    rule: "inode",
    says: "another inode number",
    allowed: () => [run(stats, oneFile), changedCall(run(stats, oneFile), "stat", statWith({ ino: 99, size: 5 }))],
    saysNot: "another size of a regular file",
    wrong: () => [run(stats, oneFile), changedCall(run(stats, oneFile), "stat", statWith({ ino: 99, size: 6 }))],
  },
  {
    rule: "console",
    says: "an output that is a pipe and no terminal",
    allowed: () => [run(stats, oneFile), changedCall(run(stats, oneFile), "fstat", statWith({ mode: 0o10600 }))],
    saysNot: "a console that can't be closed",
    wrong: () => [run(stats, oneFile), changedCall(run(stats, oneFile), "close", { result: undefined, error: EBADF })],
  },
];

function statWith(fields: object) {
  const [stat] = run(stats, oneFile).calls;
  return { result: { ...(stat.result as object), ...fields } };
}
