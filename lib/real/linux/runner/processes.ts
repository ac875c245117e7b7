/** fork, execve and waitpid: what the runner keeps of processes, and the real descriptor tables handed on between agents. */
import { ECHILD, EINVAL, ESRCH } from "../../../sys/errno";
import { SIG_IGN } from "../../../sys/signal";
import type { ProgramFunction } from "../../../sys/sys";
import { type WaitResult, WNOHANG } from "../../../sys/wait";
import { prepareAgent, takeAgent } from "./agent-pool";
import type { Connection } from "./connection";
import { Process } from "./process";
import { ENDED, Execve, Thread } from "./thread";

/** Has an agent do something of its own that can't fail, as long as all is well. */
export async function command(connection: Connection, op: string, args: readonly unknown[]): Promise<unknown> {
  const { value, errno, fault } = await connection.ask(op, args);
  if (errno !== undefined || fault !== undefined) throw new Error(`${op} failed: ${fault ?? `errno ${errno}`}`);
  return value;
}

export async function fork(thread: Thread, program: ProgramFunction): Promise<number> {
  const { run, process: parent } = thread;
  const agent = await takeAgent();
  run.agents.add(agent);
  if (parent.ending) throw ENDED;
  const table = await command(thread.agentThread.connection, "agent.pass-table", [agent.inbox]);
  if (parent.ending) throw ENDED;
  await command(agent.main.connection, "agent.receive-table", [run.root, table]);
  if (parent.ending) throw ENDED;
  const child = new Process(agent, `${parent.name}/${program.name || "child"}`, parent);
  child.actions = new Map(parent.actions);
  parent.children.add(child);
  run.addProcess(child);
  const started = new Thread(run, child, agent.main);
  started.blocked = new Set(thread.blocked);
  void started.start(program);
  prepareAgent();
  return child.pid;
}

export async function execve(thread: Thread, program: ProgramFunction): Promise<never> {
  const { process, run } = thread;
  const others = process.threads.filter((other) => other !== thread);
  for (const other of others) {
    other.ended = true;
    other.disturb();
  }
  while (others.some((other) => other.agentThread.connection.busy)) await run.pass(1);
  // Whichever thread called it, it is the process's only one from now on, and its main one.
  process.threads.splice(0, process.threads.length, thread);
  thread.agentThread = process.agent.main;
  await command(thread.agentThread.connection, "agent.close-for-exec", []);
  if (process.ending) throw ENDED;
  // Handlers were code of the old program; what was ignored stays ignored.
  for (const [signum, action] of process.actions) if (action.handler !== SIG_IGN) process.actions.delete(signum);
  throw new Execve(program);
}

export async function waitpid(thread: Thread, pid: number, options: number): Promise<WaitResult> {
  if ((options & ~WNOHANG) !== 0) throw EINVAL;
  if (pid === -0x8000_0000) throw ESRCH;
  const { process } = thread;
  const eligible = (): Process[] =>
    [...process.children].filter((child) => pid === -1 || pid === 0 || child.pid === pid);
  const ended = (): Process | undefined => eligible().find((child) => child.status !== null);
  if (eligible().length === 0) throw ECHILD;
  if (ended() === undefined && (options & WNOHANG) !== 0) return { pid: 0, status: 0 };
  const request = { name: "waitpid", args: [pid, options] } as const;
  const reason = pid > 0 ? `process ${pid}: its end` : "the end of a child";
  // Without any child left, all of them ended unseen, because SIGCHLD is ignored.
  const child = await thread.sleep(request, reason, () => ended() ?? (eligible().length === 0 ? null : undefined));
  if (child === null) throw ECHILD;
  process.children.delete(child);
  return { pid: child.pid, status: child.status ?? 0 };
}
