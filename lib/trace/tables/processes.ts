/** Processes and threads: who exists, what each is doing, in which call, and on which wait queues it sleeps. */
import type { KernelEvent } from "../../kernel/events";
import type { Reducers } from "./room";

type ProcessEvent = Extract<
  KernelEvent,
  { type: `process.${string}` | `task.${string}` | `syscall.${string}` | `wait.${string}` | "deadlock" }
>;

export const processReducers: Reducers<ProcessEvent> = {
  "process.create": (host, { pid, ppid, name, fdTable }) => {
    host.processes[pid] = { pid, ppid, name, state: "alive", status: null, fdTable, pendingSignals: [] };
  },
  "process.exit": (host, { pid, status }) => {
    const process = host.processes[pid];
    if (!process) return;
    process.state = "zombie";
    process.status = status;
    process.pendingSignals = [];
  },
  "process.reap": (host, { pid }) => {
    delete host.processes[pid];
  },
  "process.adopt": (host, { pid, ppid }) => {
    if (host.processes[pid]) host.processes[pid].ppid = ppid;
  },

  "task.create": (host, { tid, pid, name }) => {
    host.tasks[tid] = { tid, pid, name, state: "ready", calls: [], queues: [], wokenBy: null, pendingSignals: [] };
  },
  "task.state": (host, { tid, state }) => {
    const task = host.tasks[tid];
    if (!task) return;
    task.state = state;
    if (state === "running" || state === "zombie") task.wokenBy = null;
    if (state === "zombie") task.calls = [];
  },
  "task.end": (host, { tid }) => {
    delete host.tasks[tid];
  },

  "syscall.enter": (host, { tid, call, args, time }) => {
    host.tasks[tid]?.calls.push({ name: call, args, since: time });
  },
  "syscall.exit": (host, { tid, call }) => {
    const calls = host.tasks[tid]?.calls;
    if (!calls) return;
    const at = calls.findLastIndex((open) => open.name === call);
    if (at >= 0) calls.length = at;
  },

  "wait.sleep": (host, { tid, queue, exclusive }) => {
    host.tasks[tid]?.queues.push({ queue, exclusive });
  },
  "wait.wake": (host, { tid, queue }) => {
    if (host.tasks[tid]) host.tasks[tid].wokenBy = queue;
  },
  "wait.leave": (host, { tid, queue }) => {
    const queues = host.tasks[tid]?.queues;
    if (!queues) return;
    const at = queues.findIndex((entry) => entry.queue === queue);
    if (at >= 0) queues.splice(at, 1);
  },

  deadlock: (_tables, { sleepers }, host, world) => {
    world.deadlock = { host: host.name, sleepers };
  },
};
