/**
 * The agent: the real process behind one simulated process. This file is the entry of its main thread and of every other.
 *
 * A thread waits for a question, makes that system call by itself (and sleeps in it, if it sleeps), and answers with the result or
 * errno. The program isn't here: it is a generator in the notebook's process. What is here is everything that belongs to
 * the operating system: process and thread ids, descriptors, sleeping.
 */
import { isMainThread, workerData } from "node:worker_threads";
import type { AgentReply, AgentRequest } from "../protocol";
import { captureCalls } from "./calls/capture";
import { fileCalls } from "./calls/files";
import { readinessCalls } from "./calls/readiness";
import { socketCalls } from "./calls/sockets";
import { Control } from "./control";
import { clearTable, closeForExec, type PassedTable, passTable, receiveTable, startProgram } from "./descriptors";
import { createInbox } from "./inbox";
import { check, Failure, libc } from "./libc";
import { prepareProcessSignals, prepareThreadSignals, takeSigpipe } from "./signals";
import { announce, startThread, type ThreadData } from "./threads";

type Operation = (...args: unknown[]) => unknown;

/** Calls after which a SIGPIPE may have come. */
const WRITING = new Set(["write", "writev", "send", "sendto", "sendmsg"]);

function operations(inbox: number): Map<string, Operation> {
  const own = {
    "agent.make-fifo": (path: string) => void check(libc.mkfifo(path, 0o600)),
    "agent.start": startProgram,
    "agent.pass-table": (to: Uint8Array) => passTable(inbox, to),
    "agent.receive-table": (root: string, table: PassedTable) => receiveTable(inbox, root, table),
    "agent.close-for-exec": closeForExec,
    "agent.clear": clearTable,
    "agent.start-thread": () => startThread(__filename, inbox),
  };
  // What the runner sends is typed on its side; here it is what arrived.
  return new Map(
    Object.entries({ ...fileCalls, ...readinessCalls, ...socketCalls, ...captureCalls, ...own }) as [
      string,
      Operation,
    ][],
  );
}

function answer(operation: Operation | undefined, { op, args }: AgentRequest): AgentReply {
  if (operation === undefined) return { fault: `there is no ${op}` };
  let reply: AgentReply;
  try {
    reply = { value: operation(...args) };
  } catch (error) {
    reply = error instanceof Failure ? { errno: error.errno } : { fault: String(error) };
  }
  return WRITING.has(op) && takeSigpipe() ? { ...reply, sigpipe: true } : reply;
}

function serve(control: Control, inbox: number): void {
  const known = operations(inbox);
  for (;;) {
    const requests = control.receive() as AgentRequest[];
    if (requests.length === 0) libc._exit(0);
    for (const request of requests) control.send(answer(known.get(request.op), request));
  }
}

prepareThreadSignals();
if (isMainThread) {
  prepareProcessSignals();
  const inbox = createInbox();
  serve(Control.connect({ inbox: inbox.name }), inbox.fd);
} else {
  const { inbox, ready } = workerData as ThreadData;
  const control = Control.connect({ inbox: null });
  announce(ready, libc.gettid());
  serve(control, inbox);
}
