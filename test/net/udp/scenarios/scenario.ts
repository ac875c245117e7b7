/** A program over UDP sockets and its outcome, and what such programs often do. */
import { AF_INET, type InetAddress, MSG_DONTWAIT, type Program, SOCK_DGRAM, type Sys, text } from "../../../../lib/sys";
import { attempt } from "../../unix/attempt";

export interface Scenario {
  readonly name: string;
  readonly program: (sys: Sys) => Program;
  readonly expected: unknown;
}

export const scenarios: Scenario[] = [];

export function scenario(name: string, program: (sys: Sys) => Program, expected: unknown): void {
  scenarios.push({ name, program, expected });
}

export const LOCALHOST = "127.0.0.1";

export function* readinessOf(sys: Sys, fd: number) {
  const fds = [{ fd, events: 0x23c7, revents: 0 }];
  yield* sys.poll(fds, 0);
  return `0x${fds[0].revents.toString(16)}`;
}

export function* heard(sys: Sys, fd: number, size: number, flags = MSG_DONTWAIT) {
  const outcome = yield* attempt(sys.recv(fd, size, flags));
  return typeof outcome === "string" ? outcome : `"${text(outcome)}"`;
}

/** A socket bound to a free port of this address. */
export function* bound(sys: Sys, address = LOCALHOST, flags = 0) {
  const fd = yield* sys.socket(AF_INET, SOCK_DGRAM | flags);
  yield* sys.bind(fd, { address, port: 0 });
  return { fd, name: (yield* sys.getsockname(fd)) as InetAddress };
}
