/**
 * A run as a flip book: per event a sentence, the call it belongs to, and which sprites it changes.
 *
 * Every piece of SVG is stored once, however often it shows; a frame lists only what differs from the frame before it. That
 * keeps a book of 300 events well below 150 KB.
 */
import type { KernelEvent } from "../kernel/events";
import { applyEvent, emptyTables, type HostTables } from "../trace/tables";
import { callWords, exitWords } from "./call-words";
import { shorten } from "./html";
import { sentence } from "./sentence";
import { Plan, type Stage } from "./stage/plan";
import { type Sprite, scene } from "./stage/scene";
import { taskName } from "./words";

/** A change: which sprite, which piece of SVG (-1: it goes), and where it stands from now on (left out: where it was). */
export type Change = [sprite: number, piece: number, x?: number, y?: number];

export interface FlipBook {
  readonly stage: Stage;
  /** Names of the sprites, and all pieces of SVG. */
  readonly keys: string[];
  readonly pieces: string[];
  readonly frames: Frame[];
}

export interface Frame {
  /** What happened, as a sentence. */
  readonly say: string;
  /** The call of the thread it happened to, in strace's words; "" where there is none. */
  readonly call: string;
  readonly time: number;
  /** Is it a wake-up, or the beginning of a call? What the buttons jump to. */
  readonly kind: "wake" | "call" | "";
  readonly changes: Change[];
}

/** One machine's tables before any event. */
const nothing = (name: string): HostTables => {
  const tables = emptyTables();
  applyEvent(tables, { type: "", time: 0, host: name });
  return tables.hosts[name];
};

/** Makes the book of one machine's events. */
export function flipBook(events: readonly KernelEvent[]): FlipBook {
  const plan = new Plan();
  const first = emptyTables();
  for (const event of events) plan.look(applyEvent(first, event).hosts[event.host]);
  const stage = plan.stage();

  const keys = new Index();
  const pieces = new Index();
  const tables = emptyTables();
  let shown = new Map<string, Sprite>();
  const frames = events.map((event): Frame => {
    const before = tables.hosts[event.host] ?? nothing(event.host);
    const say = sentence(event, before);
    const callBefore = callOf(event, before);
    const host = applyEvent(tables, event).hosts[event.host];
    const now = new Map(scene(host, stage).map((sprite) => [sprite.key, sprite]));
    const changes = difference(shown, now, keys, pieces);
    shown = now;
    return { say, call: callBefore || callOf(event, host), time: event.time, kind: kindOf(event), changes };
  });
  return { stage, keys: keys.list, pieces: pieces.list, frames };
}

function kindOf(event: KernelEvent): Frame["kind"] {
  if (event.type === "wait.wake") return "wake";
  return event.type === "syscall.enter" ? "call" : "";
}

/** The call that the event belongs to: that of the thread it names, else of the thread on the CPU. */
function callOf(event: KernelEvent, host: HostTables): string {
  const running = Object.values(host.tasks).find((task) => task.state === "running")?.tid;
  const tid = "tid" in event && event.tid !== null ? event.tid : running;
  const call = host.tasks[tid ?? -1]?.calls.at(-1);
  if (tid === undefined || !call) return "";
  const words =
    event.type === "syscall.exit" ? exitWords(call.name, call.args, event) : callWords(call.name, call.args);
  return `${taskName(host, tid)}: ${shorten(words, 160)}`;
}

function difference(before: Map<string, Sprite>, now: Map<string, Sprite>, keys: Index, pieces: Index): Change[] {
  const changes: Change[] = [];
  for (const [key, sprite] of now) {
    const old = before.get(key);
    const moved = !old || old.x !== sprite.x || old.y !== sprite.y;
    if (!moved && old.body === sprite.body) continue;
    const change: Change = [keys.of(key), pieces.of(sprite.body)];
    changes.push(moved ? [change[0], change[1], sprite.x, sprite.y] : change);
  }
  for (const key of before.keys()) if (!now.has(key)) changes.push([keys.of(key), -1]);
  return changes;
}

/** Numbers texts in the order in which they first appear. */
class Index {
  readonly list: string[] = [];
  readonly #at = new Map<string, number>();

  of(text: string): number {
    const known = this.#at.get(text);
    if (known !== undefined) return known;
    this.#at.set(text, this.list.length);
    return this.list.push(text) - 1;
  }
}
