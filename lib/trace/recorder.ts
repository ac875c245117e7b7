/**
 * Keeps everything that happened: a `Trace` that appends each event to an array.
 *
 * What a real kernel offers for this is its tracepoints and the ring buffer that ftrace and perf read. Ours has no ring:
 * a recording is meant to be folded into tables from its first event on (tables.ts), so nothing may be dropped.
 *
 * Source: Documentation/trace/tracepoints.rst, ftrace.rst in the Linux tree.
 */
import type { KernelEvent, Trace } from "../kernel/events";

/**
 * Keeps every event: `new World({ trace: new Recorder() })`. Tools read them: `tcpdump(recorder.events, { link })`, `pcap`, `strace`,
 * `ss`.
 */
export class Recorder implements Trace {
  /** Everything so far, in the order in which it happened. */
  readonly events: KernelEvent[] = [];

  emit(event: KernelEvent): void {
    this.events.push(event);
  }
}

/** One trace that passes every event on to several, in their order. */
export function tee(...traces: readonly Trace[]): Trace {
  return {
    emit(event) {
      for (const trace of traces) trace.emit(event);
    },
  };
}
