/**
 * Who sleeps on what, and is it for ever?
 *
 * The kernel itself never says "deadlock": it can't know who may still come. Here all who could come are known. When every thread
 * of the run sleeps in a call without a time limit, the kernel's own view says so too (state S in /proc), and nothing has moved
 * for a while, then nothing will. Source: proc_pid_stat(5), /proc/<pid>/wchan in proc(5).
 */
import { readFileSync, readlinkSync } from "node:fs";
import type { Sleeper } from "../../../sys/run";
import type { Request } from "../../../sys/sys";
import type { Run } from "./run";
import type { Thread } from "./thread";

const LOOK_EVERY = 25;
/** How long nothing may move before it is believed that nothing will. TCP may hold data back for 200 ms (TCP_CORK). */
const STILL_FOR = 100;
const STILL_FOR_WITH_NETWORK = 300;
/** A SYN that found the backlog full is sent again after a second. */
const STILL_FOR_CONNECT = 2500;

export class StuckWatch {
  private timer: NodeJS.Timeout | null = null;
  private still: { picture: string; since: number } = { picture: "", since: 0 };

  constructor(
    private readonly run: Run,
    private readonly report: () => void,
  ) {}

  start(): void {
    this.timer = setInterval(() => this.look(), LOOK_EVERY);
    this.timer.unref();
  }

  stop(): void {
    if (this.timer !== null) clearInterval(this.timer);
  }

  private look(): void {
    const threads = this.run.livingThreads();
    const asleep = threads.length > 0 && threads.every((thread) => this.sleepsForEver(thread));
    // Time limits of sockets and alarms wake somebody without anybody's doing.
    if (!asleep || this.run.usesTimeouts || this.run.anyAlarm()) {
      this.still = { picture: "", since: 0 };
      return;
    }
    const picture = `${this.run.records.calls.length} ${threads.map(identity).join(" ")}`;
    const now = performance.now();
    if (picture !== this.still.picture) this.still = { picture, since: now };
    else if (now - this.still.since >= this.patience(threads)) this.report();
  }

  private patience(threads: readonly Thread[]): number {
    if (!this.run.usesNetwork) return STILL_FOR;
    const connecting = threads.some(({ waiting }) => waiting?.request.name === "connect");
    return connecting ? STILL_FOR_CONNECT : STILL_FOR_WITH_NETWORK;
  }

  private sleepsForEver(thread: Thread): boolean {
    const { waiting } = thread;
    if (waiting === null || thread.signalPending) return false;
    if (waiting.kind === "local") return true;
    return waiting.forever && MAY_SLEEP.has(waiting.request.name) && threadState(thread) === "S" && !inEngine(thread);
  }
}

/** On a loaded machine a thread may wait for the JavaScript engine's own locks, before or after its call. */
function inEngine(thread: Thread): boolean {
  return taskFile(thread, "wchan").startsWith("futex");
}

function identity({ tid, waiting }: Thread): string {
  return waiting?.kind === "kernel" ? `${tid}@${waiting.since}` : `${tid}`;
}

function taskFile(thread: Thread, name: string): string {
  try {
    return readFileSync(`/proc/${thread.process.pid}/task/${thread.tid}/${name}`, "utf8");
  } catch {
    return "";
  }
}

/** "S" for one that sleeps and can be interrupted. */
function threadState(thread: Thread): string {
  // The name in parentheses may contain anything, so count from its end.
  return /\) (\S)/.exec(taskFile(thread, "stat").replace(/^.*\)/s, ")"))?.[1] ?? "";
}

/** "pipe:[1234]" for a descriptor, as /proc names what it leads to. */
function leadsTo(thread: Thread, fd: unknown): string {
  try {
    return readlinkSync(`/proc/${thread.process.pid}/fd/${fd}`).replace(`${thread.run.root}`, "");
  } catch {
    return `descriptor ${fd}`;
  }
}

const READING = new Set(["read", "readv", "recv", "recvfrom", "recvmsg"]);
const WRITING = new Set(["write", "writev", "send", "sendto", "sendmsg"]);
/** Only in these can a thread sleep for long; any other is merely slow. */
export const MAY_SLEEP: ReadonlySet<string> = new Set([
  ...READING,
  ...WRITING,
  "accept",
  "accept4",
  "connect",
  "poll",
  "ppoll",
  "select",
  "epoll_wait",
  "pause",
]);

function waitsFor(thread: Thread, { name, args }: Request): string {
  if (READING.has(name)) return `${leadsTo(thread, args[0])}: data`;
  if (WRITING.has(name)) return `${leadsTo(thread, args[0])}: room`;
  if (name === "accept" || name === "accept4") return `${leadsTo(thread, args[0])}: a connection`;
  if (name === "connect") return `${leadsTo(thread, args[0])}: to be connected`;
  if (name === "epoll_wait") return `${leadsTo(thread, args[0])}: readiness`;
  if (name === "poll" || name === "ppoll") {
    const fds = args[0] as readonly { fd: number }[];
    return `readiness of ${fds.map(({ fd }) => leadsTo(thread, fd)).join(", ") || "nothing"}`;
  }
  return name === "pause" ? "a signal" : name === "select" ? "readiness" : "";
}

/** A call as strace prints one that hasn't returned. */
function unfinished({ name, args }: Request): string {
  const words = args.map((arg) => (typeof arg === "number" ? String(arg) : typeof arg === "string" ? `"${arg}"` : "…"));
  return `${name}(${READING.has(name) ? `${words[0]}, …` : words.join(", ")})`;
}

/** Everybody who is asleep at this moment. Look before anybody is ended. */
export function sleepers(run: Run): Sleeper[] {
  return run.livingThreads().flatMap((thread) => {
    const { waiting } = thread;
    if (waiting === null) return [];
    const { request } = waiting;
    const place = waiting.kind === "kernel" ? taskFile(thread, "wchan") : "";
    const reason = waiting.kind === "local" ? waiting.reason : waitsFor(thread, request);
    return {
      process: thread.process.name,
      pid: thread.process.pid,
      tid: thread.tid,
      call: unfinished(request),
      waitsFor: place === "" || place === "0" ? reason : `${reason} (asleep in the kernel's ${place})`,
    };
  });
}
