/** What stands right of the `=` in strace's lines: the number a C function returns, the error, and remarks behind it. */
import {
  concat,
  type EpollEvent,
  F_GETFD,
  F_GETFL,
  type PollFd,
  type ReceivedFrom,
  type ReceivedMessage,
  type SystemCallName,
  type SystemCallRecord,
  type WaitResult,
} from "../sys";
import * as v from "./strace-values";

/** What stands behind the number: `(flags O_RDWR)`, `([{fd=3, revents=POLLIN}])`, `(Timeout)`. */
function remark(record: SystemCallRecord): string {
  const { name, result, args, argsAfter } = record;
  if (name === "fcntl" && args[1] === F_GETFL) return ` (flags ${v.openFlags(Number(result))})`;
  if (name === "fcntl" && args[1] === F_GETFD && result !== 0) return ` (flags ${v.descriptorFlags(Number(result))})`;
  const readiness = name === "poll" || name === "ppoll" || name === "select";
  if (!readiness || !argsAfter) return "";
  if (result === 0) return " (Timeout)";
  if (name === "select") return ` (${selected(argsAfter)})`;
  const ready = (argsAfter[0] as PollFd[]).filter(({ revents }) => revents);
  return ` ([${ready.map(({ fd, revents = 0 }) => `{fd=${fd}, revents=${v.pollEvents(revents)}}`).join(", ")}])`;
}

function selected(argsAfter: readonly unknown[]): string {
  const words = ["in", "out", "except"].flatMap((word, i) => {
    const set = argsAfter[i + 1];
    return set instanceof Set && set.size > 0 ? [`${word} ${v.fdSet(set as Set<number>)}`] : [];
  });
  return words.join(", ");
}

/** Calls that return 0 in C and hand their result out another way. */
const returnsZero: ReadonlySet<SystemCallName> = new Set<SystemCallName>(["ioctl", "getsockopt", "pthread_join"]);

/** The number that the C function returns, where the program here gets something nicer. */
function asNumber(record: SystemCallRecord): number {
  const { name, result } = record;
  if (returnsZero.has(name)) return 0;
  if (typeof result === "number") return result;
  if (result instanceof Uint8Array) return result.length;
  if (name === "readv") return concat(result as Uint8Array[]).length;
  if (name === "recvfrom") return (result as ReceivedFrom).data.length;
  if (name === "recvmsg") return concat((result as ReceivedMessage).iov).length;
  if (name === "epoll_wait") return (result as EpollEvent[]).length;
  if (name === "waitpid") return (result as WaitResult).pid;
  return 0;
}

/** What stands right of the `=`: `5`, `-1 EPIPE (Broken pipe)`, `?` for a call that never returns. */
export function returnValue(record: SystemCallRecord): string {
  const { error, exit, name, args } = record;
  if (exit === null) return "?";
  if (error) return `-1 ${error.code} (${error.message})`;
  const number = asNumber(record);
  if (name === "fcntl" && (args[1] === F_GETFL || args[1] === F_GETFD) && number !== 0) {
    return `0x${number.toString(16)}${remark(record)}`;
  }
  return `${number}${remark(record)}`;
}
