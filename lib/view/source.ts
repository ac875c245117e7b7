/** Where pictures get their events from: a run that recorded them, a recorder, or the bare list. */
import type { KernelEvent } from "../kernel/events";

/** A run of the model, a recorder, or a list of events. */
export type EventSource = readonly KernelEvent[] | { readonly events: readonly KernelEvent[] };

/** The events of a source. Throws when it has none: a run on a real kernel can't look inside that kernel. */
export function eventsOf(source: EventSource): readonly KernelEvent[] {
  const events = "events" in source ? source.events : source;
  if (Array.isArray(events)) return events;
  throw new TypeError("this picture needs the kernel's events, which only a run on the model kernel has");
}

/** One machine's share: `host`, or the first that appears. Throws when there is no such machine. */
export function eventsOfHost(source: EventSource, host?: string): readonly KernelEvent[] {
  const events = eventsOf(source);
  const name = host ?? events[0]?.host;
  const own = events.filter((event) => event.host === name);
  if (own.length > 0 || host === undefined) return own;
  const known = [...new Set(events.map((event) => event.host))].join(", ");
  throw new RangeError(`no machine called ${JSON.stringify(host)} in this run; it has: ${known || "none"}`);
}
