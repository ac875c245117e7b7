/** Examples of rules about the node kernel. */
import { AF_INET, EADDRINUSE, F_GETPIPE_SZ, type Programs, SOCK_STREAM, SOL_TCP, TCP_INFO } from "../../../lib/sys";
import { changed, changedCall, type Example, run } from "./runs";

const node = (...[one, notes = []]: [ReturnType<typeof run>, string[]?]) =>
  ({ ...one, kernel: "node", notes }) as const;

const sockets: Programs = function* (sys) {
  const fd = yield* sys.socket(AF_INET, SOCK_STREAM);
  yield* sys.bind(fd, { address: "127.0.0.1", port: 80 });
  yield* sys.listen(fd, 5);
  yield* sys.getsockopt(fd, SOL_TCP, TCP_INFO);
};

const pipe: Programs = function* (sys) {
  const [r] = yield* sys.pipe();
  yield* sys.fcntl(r, F_GETPIPE_SZ);
  yield* sys.close(r);
};

/** The same with 9 in place of 3. */
const renumbered = (closed: number) =>
  changed(run(sockets), ({ name, args }) => {
    if (name === "socket") return { result: 9 };
    return { args: [name === "listen" ? closed : 9, ...args.slice(1)] };
  });

export const nodeExamples: readonly Example[] = [
  {
    rule: "node-descriptor",
    says: "other numbers, the same throughout",
    allowed: () => [node(renumbered(9)), run(sockets)],
    saysNot: "a number that was never given",
    wrong: () => [node(changedCall(run(sockets), "listen", { args: [8, 5] })), run(sockets)],
  },
  {
    rule: "node-bind",
    says: "a taken address that shows at listen in place of bind",
    allowed: () => [
      node(changedCall(run(sockets), "listen", { result: undefined, error: EADDRINUSE })),
      changedCall(run(sockets), "bind", { result: undefined, error: EADDRINUSE }),
    ],
    saysNot: "a bind that fails where Linux takes the address",
    wrong: () => [node(changedCall(run(sockets), "bind", { result: undefined, error: EADDRINUSE })), run(sockets)],
  },
  {
    rule: "node-hides",
    says: "an option that Node doesn't offer, and says so",
    allowed: () => [
      node(changedCall(run(sockets), "getsockopt", { result: 0 }), ["getsockopt: Node has no line for this option."]),
      run(sockets),
    ],
    saysNot: "the same without a word",
    wrong: () => [node(changedCall(run(sockets), "getsockopt", { result: 0 })), run(sockets)],
  },
  {
    rule: "node-pipe-size",
    says: "a pipe of another size",
    allowed: () => [node(changedCall(run(pipe), "fcntl", { result: 4096 })), run(pipe)],
    saysNot: "a pipe that can't be closed",
    wrong: () => [node(changedCall(run(pipe), "close", { result: undefined, error: EADDRINUSE })), run(pipe)],
  },
];
