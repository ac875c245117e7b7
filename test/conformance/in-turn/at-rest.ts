/**
 * Does a thread of the real machine sleep in the call that its program made?
 *
 * Asked is the kernel, not a clock: /proc/<pid>/task/<tid>/stat says whether the thread sleeps (S), and `syscall` in what. An agent
 * that waits for its next question sleeps, too, but on a descriptor of its own; a JavaScript engine waits on futexes.
 * Packets that the machine put off are on their way as long as a ksoftirqd has work. Source: proc_pid_stat(5), proc_pid_syscall(5).
 */
import { readdirSync, readFileSync } from "node:fs";
import { programDescriptors } from "../../../lib/real/linux/runner/descriptor-space";

/** A pointer is larger than any descriptor. */
const LARGEST_DESCRIPTOR = 1 << 20;

function look(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

/** What follows the name in parentheses, which may contain anything. */
function statusWords(file: string): string[] {
  return look(file)
    .replace(/^.*\) /s, "")
    .split(" ");
}

/** Is this the id of a process that this one has started? On the model, ids are numbers of no meaning here. */
export function isRealChild(pid: number): boolean {
  return statusWords(`/proc/${pid}/stat`)[1] === String(process.pid);
}

export function sleepsInItsCall(pid: number, tid: number): boolean {
  const task = `/proc/${pid}/task/${tid}`;
  if (statusWords(`${task}/stat`)[0] !== "S" || look(`${task}/wchan`).startsWith("futex")) return false;
  const [number, first] = look(`${task}/syscall`).split(" ");
  if (number === "running" || first === undefined) return false;
  const fd = Number(first);
  return fd < programDescriptors || fd > LARGEST_DESCRIPTOR;
}

/** For an error: where the kernel says that a thread is. */
export function whereabouts(pid: number, tid: number): string {
  const task = `/proc/${pid}/task/${tid}`;
  return `${statusWords(`${task}/stat`)[0]} ${look(`${task}/wchan`)} ${look(`${task}/syscall`)}`;
}

const SYN_SENT = "02";
const RETRANSMISSION_TIMER = "01";

/**
 * Does a TCP connection with one of these ports wait for an acknowledgement? Its receiver may put that off for a while (40 ms here),
 * and states change when it comes. Source: proc_pid_net(5), tcp: columns `st` and `tr`.
 */
export function awaitsAcknowledgement(ports: readonly number[]): boolean {
  const numbers = new Set(ports.map((port) => port.toString(16).toUpperCase().padStart(4, "0")));
  return look("/proc/net/tcp")
    .split("\n")
    .some((line) => {
      const [, local = "", remote = "", state, , timer = ""] = line.trim().split(/\s+/);
      if (state === SYN_SENT || !timer.startsWith(RETRANSMISSION_TIMER)) return false;
      return numbers.has(local.slice(-4)) || numbers.has(remote.slice(-4));
    });
}

let softInterruptThreads: string[] | undefined;

/** Has the machine put off delivering packets? Where its threads can't be seen, nobody knows. */
export function packetsPutOff(): boolean {
  softInterruptThreads ??= readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && look(`/proc/${name}/comm`).startsWith("ksoftirqd"))
    .map((name) => `/proc/${name}/stat`);
  return softInterruptThreads.some((file) => statusWords(file)[0] === "R");
}
