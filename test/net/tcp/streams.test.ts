/** Over a wire that loses, doubles and reorders, every stream arrives whole, in order, once; and both ends end closed. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { sendFin } from "../../../lib/net/tcp/close/close";
import { activeOpen } from "../../../lib/net/tcp/open/active-open";
import { push } from "../../../lib/net/tcp/send/output";
import { Random } from "../../../lib/world";
import { type End, type Fate, Wire } from "./wire";

function hostile(seed: number, loss: number, doubling: number): Fate {
  const random = new Random(seed);
  const delay = () => 5_000_000 + random.below(30) * 1_000_000;
  return () => {
    if (random.fraction() < loss) return [];
    return random.fraction() < doubling ? [delay(), delay()] : [delay()];
  };
}

/** Bytes that tell where in the stream they stand. */
function pattern(size: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, i) => (i * 31 + (i >> 8)) & 0xff);
}

function write(end: End, data: Uint8Array): void {
  for (let done = 0; done < data.length; )
    done += end.tcb.sendQueue.append(data, done, data.length - done, 1448, false);
  end.tcb.sendQueue.markPush();
  push(end.tcb);
}

it("every stream arrives whole, in order, once, and both ends close without a leak", () => {
  const runs = fc.record({
    seed: fc.nat(),
    loss: fc.integer({ min: 0, max: 25 }).map((percent) => percent / 100),
    doubling: fc.integer({ min: 0, max: 30 }).map((percent) => percent / 100),
    there: fc.integer({ min: 0, max: 25_000 }),
    back: fc.integer({ min: 0, max: 25_000 }),
  });
  fc.assert(
    fc.property(runs, ({ seed, loss, doubling, there, back }) => {
      const wire = new Wire();
      const { alice, bob } = wire;
      activeOpen(alice.tcb, 1500);
      activeOpen(bob.tcb, 1500);
      wire.run(100);
      wire.fate = hostile(seed, loss, doubling);
      write(alice, pattern(there));
      write(bob, pattern(back));
      sendFin(alice.tcb);
      sendFin(bob.tcb);
      const open = () => [alice, bob].some((end) => !end.ended);
      for (let i = 0; open() && i < 4000; i++) wire.run(100);
      // The last acknowledgement may be lost: then the other end's TIME_WAIT, which isn't here, would answer; nothing else may be left.
      if (open()) {
        const [left, other] = alice.ended ? [bob, alice] : [alice, bob];
        expect(["LAST_ACK", "CLOSING"]).toContain(left.tcb.state);
        expect(other.timeWait).toBe(true);
      }
      expect(Buffer.compare(bob.read(), pattern(there))).toBe(0);
      expect(Buffer.compare(alice.read(), pattern(back))).toBe(0);
      for (const { tcb } of [alice, bob]) {
        expect([tcb.loss.lostOut, tcb.loss.sackedOut, tcb.loss.retransmittedOut].every((count) => count >= 0)).toBe(
          true,
        );
        if (tcb.state === "CLOSED") expect(tcb.sendQueue.memory).toBe(0);
      }
    }),
    { numRuns: 1200 },
  );
});
