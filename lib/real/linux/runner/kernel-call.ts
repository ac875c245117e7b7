/**
 * A call that the real kernel answers: translate, have the agent's thread make it, translate back.
 *
 * EINTR comes from the kernel whenever a sleeping thread is interrupted. If no signal of the program's is the reason (a late
 * interruption meant for the call before), the call is made again with what is left of its time, and the program sees nothing.
 */
import { EINTR, EINVAL, Errno, errnoByNumber } from "../../../sys/errno";
import { SIGPIPE } from "../../../sys/signal";
import { SO_RCVTIMEO, SO_SNDTIMEO, SOL_SOCKET } from "../../../sys/socket";
import type { Request } from "../../../sys/sys";
import type { Timeval } from "../../../sys/time";
import type { AgentReply } from "../protocol";
import { sendSignalToThread } from "./signals";
import { ENDED, Interrupted, type Thread } from "./thread";
import { prepare } from "./translate";
import { afterSocketCall } from "./translate-sockets";
import type { Translation } from "./translation";

const strangers = new Map<number, Errno>();

/** The error with this number; Linux has more of them than lib/sys names. */
function errnoFor(number: number): Errno {
  const known = errnoByNumber(number) ?? strangers.get(number);
  if (known !== undefined) return known;
  const stranger = new Errno(`E${number}`, number, `Unknown error ${number}`);
  strangers.set(number, stranger);
  return stranger;
}

export async function askKernel(thread: Thread, request: Request): Promise<unknown> {
  const translation = await prepare(thread, request);
  let { args } = translation;
  for (;;) {
    const begun = performance.now();
    const reply = await askAgent(thread, request, { ...translation, args });
    if (reply.sigpipe === true) sendSignalToThread(thread, SIGPIPE);
    if (reply.fault !== undefined) {
      thread.run.note(`${request.name}: ${reply.fault}`);
      throw EINVAL;
    }
    if (reply.errno === undefined) {
      const result = translation.finish(reply.value);
      // A signal that ppoll's mask lets in comes before "no time left" (do_poll in fs/select.c).
      if (request.name === "ppoll" && result === 0 && thread.signalPending) throw new Interrupted(false);
      return afterSocketCall(thread, request, result);
    }
    if (reply.errno !== EINTR.number) throw errnoFor(reply.errno);
    if (thread.signalPending) throw new Interrupted(await isRestartable(thread, request));
    args = translation.shorten?.(performance.now() - begun) ?? args;
  }
}

/** One question to the agent, during which the thread counts as being in the kernel. */
async function askAgent(thread: Thread, request: Request, translation: Translation): Promise<AgentReply> {
  while (thread.process.gate !== null) await thread.process.gate;
  if (thread.process.ending) throw ENDED;
  const { op, args, forever } = translation;
  const answer = thread.agentThread.connection.ask(op, args);
  thread.waiting = { kind: "kernel", request, since: performance.now(), forever };
  if (thread.signalPending) thread.startInterrupting();
  const reply = await answer;
  thread.stopInterrupting();
  thread.waiting = null;
  if (thread.process.ending || thread.ended) throw ENDED;
  return reply;
}

/** Never made again, whatever SA_RESTART says; signal(7). */
const NEVER_RESTARTED = new Set(["pause", "nanosleep", "poll", "ppoll", "select", "epoll_wait"]);
const RECEIVING = new Set(["accept", "accept4", "recv", "recvfrom", "recvmsg", "read", "readv"]);
const SENDING = new Set(["connect", "send", "sendto", "sendmsg", "write", "writev"]);

/** A socket call isn't made again where its socket has a time limit; signal(7). */
async function isRestartable(thread: Thread, request: Request): Promise<boolean> {
  const { name, args } = request;
  if (NEVER_RESTARTED.has(name)) return false;
  const option = RECEIVING.has(name) ? SO_RCVTIMEO : SENDING.has(name) ? SO_SNDTIMEO : null;
  if (option === null) return true;
  const { value } = await thread.agentThread.connection.ask("getsockopt", [args[0], SOL_SOCKET, option]);
  if (value === undefined) return true;
  const { tv_sec, tv_usec } = value as Timeval;
  return tv_sec === 0 && tv_usec === 0;
}
