/** Programs that ask and answer by UDP, for tests of what lies between two hosts. */
import type { ModelKernel } from "../../../lib/kernel";
import { AF_INET, bytes, type Program, SO_RCVTIMEO, SOCK_DGRAM, SOL_SOCKET, type Sys, text } from "../../../lib/sys";
import { attempt } from "../unix/attempt";

export const PORT = 7;

/** Answers each datagram with its length, `count` times. */
export function echo(count: number) {
  return function* (sys: Sys) {
    const fd = yield* sys.socket(AF_INET, SOCK_DGRAM);
    yield* sys.bind(fd, { address: "0.0.0.0", port: PORT });
    for (let i = 0; i < count; i++) {
      const { data, address } = yield* sys.recvfrom(fd, 70_000, 0);
      yield* sys.sendto(fd, bytes(`got ${data.length}`), 0, address);
    }
  };
}

/** Sends datagrams of these lengths from port 1000 and returns the answers. */
export function asker(to: string, lengths: number[]) {
  return function* (sys: Sys) {
    const fd = yield* sys.socket(AF_INET, SOCK_DGRAM);
    yield* sys.bind(fd, { address: "0.0.0.0", port: 1000 });
    yield* sys.connect(fd, { address: to, port: PORT });
    yield* sys.setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, { tv_sec: 5, tv_usec: 0 });
    const answers: unknown[] = [];
    for (const length of lengths) {
      const sent = yield* attempt(sys.write(fd, new Uint8Array(length)));
      const answer = yield* attempt(sys.recv(fd, 100, 0));
      answers.push(typeof answer === "string" ? [sent, answer] : text(answer));
    }
    return answers;
  };
}

export function run(
  world: { run(): void },
  started: { kernel: ModelKernel; program: (sys: Sys) => Program; name: string }[],
): unknown[] {
  const processes = started.map(({ kernel, program, name }) => kernel.spawn(program, name));
  world.run();
  for (const process of processes) if (process.error !== undefined) throw process.error;
  return processes.map((process) => process.result);
}
