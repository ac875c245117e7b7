/** What a sentence may look at: the event, and the tables as they were just before it. */
import type { KernelEvent } from "../../kernel/events";
import type { HostTables } from "../../trace/tables";
import { shorten } from "../html";
import { leadsTo, processName } from "../words";

export type EventOf<Type extends KernelEvent["type"]> = Extract<KernelEvent, { type: Type }>;

/** One function per kind of event; `before` are the tables of the machine just before it. */
export type Sentences<Type extends KernelEvent["type"]> = {
  readonly [Each in Type]: (event: EventOf<Each>, before: HostTables) => string;
};

/** Whose descriptor table this is: "shell", or "shell and cat" for a shared one. */
export function ownerOf(host: HostTables, table: number): string {
  const users = Object.values(host.processes).filter((process) => process.fdTable === table);
  if (users.length === 0) return `table ${table}`;
  return users.map((process) => processName(host, process.pid)).join(" and ");
}

/** "open file 3 (pipe 1, read end)". */
export function fileName(host: HostTables, file: number): string {
  const row = host.files[file];
  return row ? `open file ${file} (${shorten(leadsTo(row), 44)})` : `open file ${file}`;
}

/** Why somebody sleeps on a queue with this name: "pipe 1 is empty". The names are those that the kernel gives its queues. */
export function reasonToSleep(host: HostTables, queue: string): string {
  const [owner, what] = queue.split(": ");
  const device = owner.startsWith("pipe") || owner.startsWith("socket");
  if (what === "data" && host.sockets[owner]?.state === "LISTEN") return `nobody has connected to ${owner} yet`;
  if (what === "data" && device) return `${owner} is empty`;
  if (what === "room" && device) return `${owner} is full`;
  if (what === "end of a child") return "no child has ended yet";
  if (what === "end") return `${owner} hasn't ended yet`;
  if (what === "place in its queue") return `the queue of ${owner} is full`;
  return `it waits for ${queue}`;
}
