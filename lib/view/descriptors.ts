/**
 * The three tables behind every descriptor at one moment: descriptor tables → open file descriptions → objects.
 *
 * What a real machine shows of it: `lsof`, /proc/<pid>/fd, /proc/<pid>/fdinfo. Source: open(2), "open file description".
 */
import type { KernelEvent } from "../kernel/events";
import { applyEvent, emptyTables, type HostTables } from "../trace/tables";
import { escapeHtml } from "./html";
import { makePicture, type Picture } from "./picture";
import { type EventSource, eventsOfHost } from "./source";
import { Plan } from "./stage/plan";
import { headings, scene } from "./stage/scene";
import { drawing } from "./svg";
import { tablesText } from "./tables-text";

/**
 * Which moment to show: after so many events (negative: counted from the end), or after the first event for which a function
 * says yes.
 */
export type Moment = number | ((event: KernelEvent, tables: HostTables) => boolean);

/** Which machine, and at which moment. */
export interface DescriptorOptions {
  /** The machine; default: the first. */
  host?: string;
  /** Default: the end of the run. */
  at?: Moment;
}

/** The descriptors, open files and objects of a machine at one moment. Throws when that moment never comes. */
export function descriptorPicture(source: EventSource, at?: Moment | DescriptorOptions): Picture {
  const options: DescriptorOptions = typeof at === "object" ? at : { at };
  const host = tablesAtMoment(eventsOfHost(source, options.host), options.at);
  if (!host)
    return makePicture("Descriptors", '<p class="note">Nothing has happened yet.</p>', "Nothing has happened yet.");
  const plan = new Plan();
  plan.look(host);
  const stage = plan.stage();
  const sprites = scene(host, stage).map(
    (sprite) => `<g transform="translate(${sprite.x} ${sprite.y})">${sprite.body}</g>`,
  );
  const text = tablesText(host);
  const label = "Descriptor tables, open file descriptions and objects";
  return makePicture(
    escapeHtml(label),
    drawing(stage.height, `${label}. ${text}`, headings() + sprites.join("")),
    text,
  );
}

/** The tables of one machine's events at a moment; null before the first event. */
export function tablesAtMoment(events: readonly KernelEvent[], at: Moment = events.length): HostTables | null {
  const tables = emptyTables();
  const last = typeof at === "number" ? (at < 0 ? events.length + at : at) : events.length;
  for (const [i, event] of events.entries()) {
    if (i >= last) break;
    applyEvent(tables, event);
    if (typeof at === "function" && at(event, tables.hosts[event.host])) return tables.hosts[event.host];
  }
  if (typeof at === "function") throw new RangeError("no event of this run fits: the moment to show never comes");
  return events.length > 0 ? (tables.hosts[events[0].host] ?? null) : null;
}
