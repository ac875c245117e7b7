/** What the scenarios of Unix sockets are made of. */
import {
  MSG_DONTWAIT,
  type Program,
  SIG_IGN,
  SIGPIPE,
  SOCK_DGRAM,
  SOCK_SEQPACKET,
  SOCK_STREAM,
  type Sys,
  text,
} from "../../../../lib/sys";
import { attempt } from "../attempt";

export interface Scenario {
  readonly name: string;
  readonly program: (sys: Sys) => Program;
  readonly expected: unknown;
}

/** A list of scenarios, and how to add one. */
export function scenarioList() {
  const list: Scenario[] = [];
  const scenario = (name: string, program: (sys: Sys) => Program, expected: unknown): void => {
    list.push({ name, program, expected });
  };
  return { list, scenario };
}

const ALL_EVENTS = 0x23c7;

export function* readinessOf(sys: Sys, fd: number) {
  const fds = [{ fd, events: ALL_EVENTS, revents: 0 }];
  yield* sys.poll(fds, 0);
  return `0x${fds[0].revents.toString(16)}`;
}

/** Bytes as text, an error's code as it is. */
export function* heard(sys: Sys, fd: number, size: number, flags = MSG_DONTWAIT) {
  const outcome = yield* attempt(sys.recv(fd, size, flags));
  return typeof outcome === "string" ? outcome : `"${text(outcome)}"`;
}

export function* ignorePipe(sys: Sys) {
  yield* sys.sigaction(SIGPIPE, { handler: SIG_IGN });
}

export const types = { stream: SOCK_STREAM, datagram: SOCK_DGRAM, seqpacket: SOCK_SEQPACKET };

/** An abstract name: no file is left behind. */
export const SERVER = "\0fd3-scenario-server";
