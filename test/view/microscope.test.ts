import { describe, expect, it } from "vitest";
import type { KernelEvent } from "../../lib/kernel/events";
import { bytes, type Sys } from "../../lib/sys";
import { tablesAt } from "../../lib/trace/tables";
import { flipBook } from "../../lib/view/frames";
import { microscope } from "../../lib/view/microscope";
import { microscopeScript } from "../../lib/view/microscope-script";
import { sentence } from "../../lib/view/sentence";
import { scene } from "../../lib/view/stage/scene";
import { runModel } from "../../lib/world";
import { hostile, smuggled } from "./hostile";
import { childSleeps, pipeAndFork } from "./pipe-and-fork";

/** Two processes that talk through a pipe until there are many events. */
function* talk(sys: Sys, lines = 20) {
  const [readEnd, writeEnd] = yield* sys.pipe();
  yield* sys.fork(function* child(inner) {
    yield* inner.close(writeEnd);
    while ((yield* inner.read(readEnd, 64)).length > 0) yield* inner.getpid();
  });
  yield* sys.close(readEnd);
  for (let i = 0; i < lines; i++) {
    yield* sys.write(writeEnd, bytes(`line ${i}\n`));
    yield* sys.nanosleep({ tv_sec: 1, tv_nsec: 0 });
  }
  yield* sys.close(writeEnd);
  yield* sys.waitpid(-1, 0);
}

describe("the microscope's flip book", () => {
  it("shows at each moment exactly what the tables of that moment show", () => {
    const book = flipBook(pipeAndFork);
    const shown = new Map<string, { x: number; y: number; body: string }>();
    book.frames.forEach((frame, i) => {
      for (const [sprite, piece, x, y] of frame.changes) {
        const key = book.keys[sprite];
        const old = shown.get(key);
        if (piece < 0) shown.delete(key);
        else shown.set(key, { x: x ?? old?.x ?? -1, y: y ?? old?.y ?? -1, body: book.pieces[piece] });
      }
      const expected = scene(tablesAt(pipeAndFork, i + 1).hosts.machine, book.stage);
      expect(Object.fromEntries(shown)).toEqual(
        Object.fromEntries(expected.map(({ key, x, y, body }) => [key, { x, y, body }])),
      );
    });
  });

  it("changes nothing in the drawing for an event that changes no table", () => {
    const event: KernelEvent = { type: "module.fault", module: "m", message: "x", time: 0, host: "machine" };
    expect(flipBook([...pipeAndFork, event]).frames.at(-1)?.changes).toEqual([]);
  });

  it("says why somebody sleeps, and marks wake-ups and calls", () => {
    const { frames } = flipBook(pipeAndFork);
    expect(frames[childSleeps - 2]).toMatchObject({
      say: "shell/cat sleeps: pipe 1 is empty.",
      call: "shell/cat: read(3, 0x…, 4096)",
    });
    expect(frames.filter((frame) => frame.kind === "wake")).toHaveLength(2);
    expect(frames.filter((frame) => frame.kind === "call")).toHaveLength(9);
  });
});

describe("the microscope", () => {
  it("begins with the first system call, and says that in its still picture too", () => {
    const { html } = microscope(pipeAndFork);
    expect(html).toContain("event 11 of 74");
    expect(html).toContain("shell calls pipe: control goes to the kernel.");
  });

  it("begins where it is told to", () => {
    expect(microscope(pipeAndFork, { at: 5 }).html).toContain("event 5 of 74");
    expect(microscope(pipeAndFork, { at: -1 }).html).toContain("event 73 of 74");
    expect(microscope(pipeAndFork, { at: (event) => event.type === "process.reap" }).html).toContain("event 73 of 74");
    expect(() => microscope(pipeAndFork, { at: () => false })).toThrow(/never comes/);
  });

  it("keeps 300 events below 150 KB", () => {
    const { events } = runModel({ talk: (sys) => talk(sys) });
    expect(events.length).toBeGreaterThan(300);
    expect(microscope(events.slice(0, 300)).html.length).toBeLessThan(150_000);
  });

  it("has one sentence for every event of a run", () => {
    const { events } = runModel({ talk: (sys) => talk(sys, 2) });
    events.forEach((event, i) => {
      const said = sentence(event, tablesAt(events, i).hosts.alice ?? tablesAt(events, i + 1).hosts.alice);
      expect(said).toMatch(/[.:]$|[.:] /);
      expect(said).not.toMatch(/undefined|NaN|\[object/);
    });
    expect(microscope(events).text.split("\n")).toHaveLength(events.length);
  });

  it("carries a script that parses", () => {
    expect(typeof new Function(`return ${microscopeScript}`)()).toBe("function");
  });

  it("shows what programs chose as text, never as HTML", () => {
    expect(smuggled(microscope(hostile).html)).toEqual([]);
  });

  it("says so when there is nothing to see", () => {
    expect(microscope([]).text).toBe("Nothing has happened.");
    expect(() => microscope(pipeAndFork, { host: "bob" })).toThrow(/no machine called "bob".*machine/);
  });
});
