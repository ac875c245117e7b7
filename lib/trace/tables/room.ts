/**
 * How each room of the kernel adds its own tables to the fold.
 *
 * A reducer is what one kind of event does to the tables. The core's reducers are in this folder; net and device define
 * theirs with `defineRoom` and need no change here. An event that nobody has a reducer for changes nothing, so a recording
 * made by a newer kernel still folds.
 */
import type { EventBase } from "../../kernel/events";
import type { HostTables, WorldTables } from "./types";

/** Any event of any room: at least when, where and what. */
export type AnyEvent = EventBase & { readonly type: string };

/** One function per kind of event, by its type: changes the tables of the machine on which it happened. */
export type Reducers<Event extends AnyEvent, Tables = HostTables> = {
  readonly [Type in Event["type"]]: (
    tables: Tables,
    event: Extract<Event, { type: Type }>,
    host: HostTables,
    world: WorldTables,
  ) => void;
};

type Reducer = (host: HostTables, event: AnyEvent, world: WorldTables) => void;

const registry = new Map<string, Reducer[]>();

/** Adds reducers that work on the tables of the machine itself. The fold calls them in the order they were added. */
export function addReducers<Event extends AnyEvent>(reducers: Reducers<Event>): void {
  for (const [type, reduce] of entries(reducers)) add(type, (host, event, world) => reduce(host, event, host, world));
}

/**
 * Adds tables of a room's own, kept under `host.rooms[name]` and made by `empty` when first needed. Returns how to read them:
 *
 *     const arpTable = defineRoom<ArpEvent, ArpTable>("arp", () => ({}), { "arp.learn": (table, event) => { … } });
 *     arpTable(tables.hosts.alice)
 */
export function defineRoom<Event extends AnyEvent, Tables>(
  name: string,
  empty: () => Tables,
  reducers: Reducers<Event, Tables>,
): (host: HostTables) => Tables {
  const tablesOf = (host: HostTables): Tables => {
    checkHost(host);
    host.rooms[name] ??= empty();
    return host.rooms[name] as Tables;
  };
  for (const [type, reduce] of entries(reducers))
    add(type, (host, event, world) => reduce(tablesOf(host), event, host, world));
  return tablesOf;
}

/** Throws a TypeError when there is no such machine: its name was misspelt, or nothing has happened on it yet. */
export function checkHost(host: HostTables | undefined): asserts host is HostTables {
  if (host === undefined)
    throw new TypeError(
      "there are no tables of this machine: is that its name, as in tables.hosts.alice, and has it booted?",
    );
}

/** Folds one event into the tables of its machine. */
export function reduce(host: HostTables, event: AnyEvent, world: WorldTables): void {
  const reducers = registry.get(event.type);
  if (reducers) for (const reducer of reducers) reducer(host, event, world);
}

type LooseReducer<Tables> = (tables: Tables, event: AnyEvent, host: HostTables, world: WorldTables) => void;

/** The map's keys are the events' own types, so each function only ever gets the kind it was written for. */
function entries<Event extends AnyEvent, Tables>(reducers: Reducers<Event, Tables>): [string, LooseReducer<Tables>][] {
  return Object.entries(reducers) as [string, LooseReducer<Tables>][];
}

function add(type: string, reducer: Reducer): void {
  const list = registry.get(type);
  if (list) list.push(reducer);
  else registry.set(type, [reducer]);
}
