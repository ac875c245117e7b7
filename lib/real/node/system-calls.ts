/**
 * The system-call table of the node kernel: a name leads to the function that answers it.
 *
 * An answer is a value or a promise of one; a failure is a thrown Errno. Writing to a pipe or stream whose other end is gone
 * costs a SIGPIPE besides the EPIPE, unless MSG_NOSIGNAL is set.
 */
import { ENOSYS, EPIPE, MSG_NOSIGNAL, type Request, SIGPIPE, type SystemCallName, type SystemCalls } from "../../sys";
import { argumentError, parametersOf } from "../../sys/arguments";
import { fileCalls } from "./calls-files";
import { processCalls } from "./calls-processes";
import { socketCalls } from "./calls-sockets";
import { sendSignal } from "./signals";
import type { Thread } from "./thread";

export type Calls = {
  [Name in SystemCallName]: (
    thread: Thread,
    ...args: Parameters<SystemCalls[Name]>
  ) => ReturnType<SystemCalls[Name]> | Promise<ReturnType<SystemCalls[Name]>>;
};

const table: Calls = { ...fileCalls, ...processCalls, ...socketCalls };

/** Where the flags of a sending call stand among its arguments; write and writev have none. */
const sendFlags: Partial<Record<SystemCallName, number>> = { write: -1, writev: -1, send: 2, sendto: 2, sendmsg: 2 };

/** Calls that start again after a handler with SA_RESTART; signal(7), "Interruption of system calls". */
export const restartable: ReadonlySet<SystemCallName> = new Set<SystemCallName>([
  ...(["read", "readv", "write", "writev", "open", "ioctl", "waitpid"] as const),
  ...(["accept", "accept4", "connect", "recv", "recvfrom", "recvmsg", "send", "sendto", "sendmsg"] as const),
]);

/** Answers one request of a thread. */
export async function answer(thread: Thread, request: Request): Promise<unknown> {
  // The table's types hold for each name by itself; which name it is, is known only now.
  const call = table[request.name] as ((thread: Thread, ...args: readonly unknown[]) => unknown) | undefined;
  if (!call) throw ENOSYS;
  const fault = argumentError(parametersOf(request.name), request.args);
  if (fault !== null) throw fault;
  try {
    return await call(thread, ...request.args);
  } catch (error) {
    const at = sendFlags[request.name];
    if (error === EPIPE && at !== undefined && !(Number(request.args[at] ?? 0) & MSG_NOSIGNAL)) {
      sendSignal(thread.process, SIGPIPE, thread);
    }
    throw error;
  }
}
