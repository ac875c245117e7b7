import { expect, it } from "vitest";
import { asTest } from "./as-test";
import { Port, Ref, type Step } from "./step";

const steps: Step[] = [
  { id: 3, kind: "tcp", actor: "a", call: "socket", args: [2, 1 | 0o4000, 0] },
  { id: 5, kind: "processes", actor: "a", call: "fork", args: ["b"] },
  { id: 6, kind: "tcp", actor: "b", call: "connect", args: [new Ref(3), { address: "127.0.0.1", port: new Port(1) }] },
  { id: 8, kind: "tcp", actor: "b", call: "setsockopt", args: [new Ref(3), 6, 1, 1] },
  { id: 9, kind: "tcp", actor: "b", call: "connect", args: [new Ref(3), { family: 0 }] },
  { id: 7, kind: "poll", actor: "b", call: "poll", args: [[{ fd: new Ref(3), events: 5 }], 0] },
];

it("a disagreement is printed as a program, with what both kernels gave where they differ", () => {
  const same = [
    "a socket: 3",
    "a fork: a pid",
    "b connect: EINPROGRESS",
    "b setsockopt: nothing",
    "b connect: nothing",
  ];
  const difference = { steps, onModel: [...same, "b poll: 0 [0x0]"], onLinux: [...same, "b poll: 1 [0x10]"] };
  expect(asTest(9, difference)).toBe(
    [
      '  "seed 9": inTurn("…(2)", function* ({ a, b, ports }) {',
      "    const s3 = yield* a.socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0); // 3",
      "    yield* a.fork(b); // a pid",
      "    yield* b.connect(s3, ports[1]); // EINPROGRESS",
      "    yield* b.setsockopt(s3, SOL_TCP, TCP_NODELAY, 1); // nothing",
      "    yield* b.connect(s3, { family: AF_UNSPEC }); // nothing",
      "    yield* b.poll([{ fd: s3, events: POLLIN | POLLOUT }], 0); // MODEL 0 [0x0] | LINUX 1 [0x10]",
      "  }),",
    ].join("\n"),
  );
});
