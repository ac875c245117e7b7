/**
 * The fold: from the events up to a moment to every table at that moment.
 *
 * This is the second half of "observable": the kernel emits an event at each change of state and keeps no history; whoever
 * wants to know how things stood builds the tables from the beginning. So time travel costs the kernel nothing, and what a
 * picture shows can't differ from what was recorded.
 *
 *     const tables = tablesAt(events, 120);      // after the first 120 events
 *     applyEvent(tables, events[120]);           // one further, without starting over
 *
 * The kinds of rows are in tables/types.ts; what each event does to them in the other files of that folder.
 */
import type { KernelEvent } from "../kernel/events";
import { descriptorReducers } from "./tables/descriptors";
import { objectReducers } from "./tables/objects";
import { processReducers } from "./tables/processes";
import { type AnyEvent, addReducers, type Reducers, reduce } from "./tables/room";
import { signalReducers } from "./tables/signals";
import type { HostTables, WorldTables } from "./tables/types";

export { type AnyEvent, defineRoom, type Reducers } from "./tables/room";
export type * from "./tables/types";

/** Every event of the core has a reducer: leaving one out is a type error here. */
const core: Reducers<KernelEvent> = {
  ...processReducers,
  ...descriptorReducers,
  ...objectReducers,
  ...signalReducers,
};
addReducers(core);

/** A world before its first event. */
export function emptyTables(): WorldTables {
  return { applied: 0, time: 0, hosts: {}, deadlock: null };
}

/** Folds one event in. Changes `tables` in place (and returns it), so that a step costs the same however long the run. */
export function applyEvent(tables: WorldTables, event: AnyEvent): WorldTables {
  tables.hosts[event.host] ??= emptyHost(event.host);
  reduce(tables.hosts[event.host], event, tables);
  tables.applied++;
  tables.time = event.time;
  tables.hosts[event.host].time = event.time;
  return tables;
}

/** The tables after the first `count` events (default: all of them). The events stay as they are. */
export function tablesAt(events: readonly AnyEvent[], count: number = events.length): WorldTables {
  const tables = emptyTables();
  for (let i = 0; i < count && i < events.length; i++) applyEvent(tables, events[i]);
  return tables;
}

function emptyHost(name: string): HostTables {
  return {
    name,
    time: 0,
    processes: {},
    tasks: {},
    fdTables: {},
    files: {},
    inodes: {},
    pipes: {},
    sockets: {},
    epolls: {},
    timers: {},
    faults: [],
    rooms: {},
  };
}

/** Which processes use which descriptor table: pids by the table's id. */
export function usersOfTables(host: HostTables): Record<number, number[]> {
  const users: Record<number, number[]> = {};
  for (const table of Object.values(host.fdTables)) users[table.table] = [];
  for (const process of Object.values(host.processes))
    if (process.fdTable !== null && users[process.fdTable]) users[process.fdTable].push(process.pid);
  return users;
}

/** Who is asleep on what: tids by the queue's name, in the order in which they joined it. */
export function sleepersByQueue(host: HostTables): Record<string, number[]> {
  const sleepers: Record<string, number[]> = {};
  for (const task of Object.values(host.tasks)) {
    if (task.state !== "sleeping") continue;
    for (const { queue } of task.queues) {
      sleepers[queue] ??= [];
      sleepers[queue].push(task.tid);
    }
  }
  return sleepers;
}
