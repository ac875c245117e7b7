/** What any send window must do. An exercise's answer is held to the same. */
import fc from "fast-check";
import { expect } from "vitest";
import type { Pushing, SendQuestion, SendWindow } from "../../../lib/net/tcp/send/send-window";
import { asTest, type Case } from "./cases";

/** A full segment of 1,000 bytes with nothing in its way, except for what is said. */
function ask(window: SendWindow, said: Partial<SendQuestion> = {}): boolean {
  return window.maySend({
    inFlight: 0,
    congestionWindow: 10,
    outstanding: 0,
    peerWindow: 65_535,
    length: 1000,
    mayGrow: false,
    smallOutstanding: false,
    pushing: "nagle",
    ...said,
  });
}

export function sendWindowContract(make: () => SendWindow, test: Case = asTest): void {
  test("a full segment leaves when nothing is in its way", () => {
    expect(ask(make())).toBe(true);
  });

  test("the congestion window: so many segments may be under way, and no more", () => {
    const window = make();
    expect(ask(window, { inFlight: 9, outstanding: 9000 })).toBe(true);
    expect(ask(window, { inFlight: 10, outstanding: 10_000 })).toBe(false);
    expect(ask(window, { inFlight: 1, congestionWindow: 1, outstanding: 1000 })).toBe(false);
  });

  test("the peer's window: up to its last byte, and not one beyond", () => {
    const window = make();
    expect(ask(window, { outstanding: 4000, peerWindow: 5000 })).toBe(true);
    expect(ask(window, { outstanding: 4001, peerWindow: 5000 })).toBe(false);
    expect(ask(window, { peerWindow: 0, length: 1 })).toBe(false);
    expect(ask(window, { outstanding: 9000, peerWindow: 5000, length: 1 })).toBe(false);
  });

  test("Nagle: a small segment waits while another small one is outstanding", () => {
    const window = make();
    const small = { length: 10, mayGrow: true };
    expect(ask(window, small)).toBe(true);
    expect(ask(window, { ...small, outstanding: 10, inFlight: 1, smallOutstanding: true })).toBe(false);
  });

  test("Minshall: full segments outstanding don't hold a small one back", () => {
    expect(ask(make(), { length: 10, mayGrow: true, outstanding: 1000, inFlight: 1 })).toBe(true);
  });

  test("a small segment that can't grow any more doesn't wait", () => {
    expect(ask(make(), { length: 10, outstanding: 10, inFlight: 1, smallOutstanding: true })).toBe(true);
  });

  test("TCP_NODELAY: nothing waits; TCP_CORK: whatever is small does, and whatever is full doesn't", () => {
    const window = make();
    const small = { length: 10, mayGrow: true };
    expect(ask(window, { ...small, smallOutstanding: true, outstanding: 10, inFlight: 1, pushing: "now" })).toBe(true);
    expect(ask(window, { ...small, pushing: "cork" })).toBe(false);
    expect(ask(window, { pushing: "cork" })).toBe(true);
  });

  test("no way around the windows, whatever else is said", () => {
    const pushing = fc.constantFrom<Pushing>("nagle", "cork", "now");
    const question = fc.record({
      inFlight: fc.nat(20),
      congestionWindow: fc.integer({ min: 1, max: 20 }),
      outstanding: fc.nat(70_000),
      peerWindow: fc.nat(70_000),
      length: fc.integer({ min: 1, max: 1000 }),
      mayGrow: fc.boolean(),
      smallOutstanding: fc.boolean(),
      pushing,
    });
    fc.assert(
      fc.property(question, (asked) => {
        const fits = asked.inFlight < asked.congestionWindow && asked.outstanding + asked.length <= asked.peerWindow;
        const leaves = make().maySend(asked);
        if (leaves) expect(fits).toBe(true);
        else if (!asked.mayGrow) expect(fits).toBe(false);
      }),
    );
  });
}
