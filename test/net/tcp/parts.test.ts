/** The parts that stand by themselves: numbers, header and options, reassembly, the timer, congestion control. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Page } from "../../../lib/net/packet/page";
import { CongestionWindow } from "../../../lib/net/tcp/congestion/congestion-control";
import { Cubic } from "../../../lib/net/tcp/congestion/cubic";
import { Reno } from "../../../lib/net/tcp/congestion/reno";
import { headerLength, readHeader, windowField, writeHeader } from "../../../lib/net/tcp/header";
import { OrderedPieces } from "../../../lib/net/tcp/receive/stream-reassembler";
import { ACK, Segment, SYN } from "../../../lib/net/tcp/segment";
import { add, distance, after as isAfter, before as isBefore, toSeq } from "../../../lib/net/tcp/sequence";
import { Rfc6298Timer } from "../../../lib/net/tcp/timers/retransmission-timer";

const seqs = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }).map(toSeq);
const SECOND = 1e9;

describe("sequence numbers (RFC 9293 3.4)", () => {
  it("are compared on a circle: what is ahead by less than half of it is after", () => {
    fc.assert(
      fc.property(seqs, fc.integer({ min: 1, max: 2 ** 31 - 1 }), (seq, step) => {
        const next = add(seq, step);
        expect([isBefore(seq, next), isAfter(next, seq), isBefore(next, seq), distance(next, seq)]).toEqual([
          true,
          true,
          false,
          step,
        ]);
      }),
    );
  });
});

describe("the header (RFC 9293 3.1)", () => {
  it("is read as it was written, with every set of options", () => {
    const segments = fc.record({
      syn: fc.boolean(),
      seq: seqs,
      ack: seqs,
      window: fc.nat(65_535),
      mss: fc.nat(65_535),
      windowScale: fc.integer({ min: -1, max: 14 }),
      sackPermitted: fc.boolean(),
      hasTimestamps: fc.boolean(),
      sack: fc.array(fc.record({ left: seqs, right: seqs }), { maxLength: 3 }),
    });
    fc.assert(
      fc.property(segments, ({ syn, ...fields }) => {
        const onSyn = syn ? { sack: [] } : { mss: 0, windowScale: -1, sackPermitted: false };
        const given: Partial<Segment> = { sourcePort: 7, flags: syn ? SYN : ACK, ...fields, ...onSyn };
        const segment = Object.assign(new Segment(), given);
        const page = new Page(new Uint8Array(headerLength(segment) + 3).fill(9));
        expect(writeHeader(page.view, 0, segment)).toBe(headerLength(segment));
        expect(headerLength(segment) % 4).toBe(0);
        const read = new Segment();
        const readable = readHeader(page, 0, page.bytes.length, read);
        expect([readable, read.size]).toEqual([true, 3]);
        expect(Object.assign(read, { page: segment.page, start: 0, end: 0 })).toEqual(segment);
      }),
    );
  });

  // What an entry in TIME_WAIT answers may be wider (tcp_v4_timewait_ack); the bit that is too much is FIN's.
  it("a window of more than 16 bits loses what is above, and changes no flag", () => {
    const page = new Page(new Uint8Array(64));
    const written = new Segment();
    written.flags = ACK;
    written.window = windowField(70_952, 0);
    const read = new Segment();
    readHeader(page, 0, writeHeader(page.view, 0, written), read);
    expect([read.flags, read.window]).toEqual([ACK, 70_952 - 65_536]);
    expect(windowField(70_952, 2)).toBe(17_738);
  });

  it("of garbage is refused or read, and never throws", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        const segment = new Segment();
        if (readHeader(new Page(bytes), 0, bytes.length, segment)) expect(segment.size).toBeGreaterThanOrEqual(0);
        else expect(segment.size).toBe(0);
      }),
    );
  });
});

describe("reassembly", () => {
  it("hands on every byte once and in order, however the pieces overlap", () => {
    const pieces = fc.array(fc.record({ from: fc.nat(60), size: fc.integer({ min: 1, max: 20 }) }), { maxLength: 40 });
    fc.assert(
      fc.property(pieces, seqs, (plan, start) => {
        const stream = Uint8Array.from({ length: 80 }, (_, i) => i);
        const reassembler = new OrderedPieces();
        const present = new Set<number>();
        for (const { from, size } of plan) {
          reassembler.insert(add(start, from), stream.subarray(from, from + size));
          for (let i = from; i < from + size; i++) present.add(i);
          expect(reassembler.bytes).toBe(present.size);
        }
        const told = reassembler.blocks().reduce((sum, { left, right }) => sum + distance(right, left), 0);
        expect(told).toBe(present.size);
        let next = 0;
        for (let i = 0; i < 80; i++) {
          for (
            let data = reassembler.take(add(start, next));
            data !== null;
            data = reassembler.take(add(start, next))
          ) {
            expect([...data]).toEqual([...stream.subarray(next, next + data.length)]);
            for (const byte of data) expect(present.delete(byte)).toBe(true);
            next += data.length;
          }
          next++;
        }
        expect(reassembler.bytes).toBe(0);
      }),
    );
  });
});

describe("the retransmission timer (RFC 6298)", () => {
  it("waits 1 s at first, srtt + 4 rttvar but at least 200 ms more later, and doubles", () => {
    const timer = new Rfc6298Timer();
    expect(timer.rto).toBe(SECOND);
    timer.measured(0.1 * SECOND);
    expect([timer.srtt, timer.rttvar, timer.rto]).toEqual([1e8, 5e7, 3e8]);
    timer.backOff();
    timer.backOff();
    expect(timer.rto).toBe(1.2e9);
    timer.measured(0.1 * SECOND);
    expect(timer.rto).toBe(3e8);
    for (let i = 0; i < 20; i++) timer.backOff();
    expect(timer.rto).toBe(120 * SECOND);
  });

  it("what is added to srtt rises with the variation at once, and falls by a quarter of the difference for each window of data", () => {
    const timer = new Rfc6298Timer();
    const margins = (rtt: number, windowOver: boolean) => {
      timer.measured(rtt * SECOND, windowOver);
      return Math.round((timer.rto - timer.srtt) / 1e6);
    };
    expect(margins(0.1, true)).toBe(200);
    expect(margins(0.9, true)).toBe(950);
    // Within a window it doesn't fall, however steady the path has become.
    expect([margins(0.2, false), margins(0.2, false)]).toEqual([950, 950]);
    const falling = [1, 2, 3, 4].map(() => margins(0.2, true));
    expect(falling.every((margin, i) => margin < (i === 0 ? 951 : falling[i - 1]))).toBe(true);
    expect(falling[3]).toBeGreaterThan(200);
  });

  it("a round trip that takes less than expected raises the variation by a thirty-second only", () => {
    const timer = new Rfc6298Timer();
    timer.measured(0.8 * SECOND);
    timer.measured(0.1 * SECOND);
    expect(timer.rttvar / 1e6).toBeCloseTo(400 + (700 - 400) / 32);
  });

  it("nothing measured in the handshake: 3 s from then on (5.7)", () => {
    const timer = new Rfc6298Timer();
    timer.progressed(true);
    expect(timer.rto).toBe(3 * SECOND);
    timer.measured(0.1 * SECOND);
    expect(timer.rto).toBe(3e8);
  });
});

describe("congestion control (RFC 5681, RFC 9438)", () => {
  it("Reno: doubles per round trip below the threshold, adds one above, halves after a loss", () => {
    const window = new CongestionWindow();
    const reno = new Reno();
    reno.acknowledged(window, 10);
    expect(window.cwnd).toBe(20);
    window.ssthresh = reno.thresholdAfterLoss(window);
    window.cwnd = window.ssthresh;
    for (let i = 0; i < 10; i++) reno.acknowledged(window, 1);
    expect(window.cwnd).toBe(11);
  });

  it("CUBIC: falls to 0.7, comes back to where it was, and goes beyond", () => {
    const window = new CongestionWindow();
    window.cwnd = 100;
    const cubic = new Cubic();
    window.ssthresh = cubic.thresholdAfterLoss(window);
    window.cwnd = window.ssthresh;
    expect(window.cwnd).toBe(70);
    const rtt = 0.05 * SECOND;
    const windowAfter = (seconds: number) => {
      for (let now = 0; now < seconds * SECOND; now += rtt) cubic.acknowledged(window, window.cwnd, now + begin, rtt);
      begin += seconds * SECOND;
      return window.cwnd;
    };
    let begin = SECOND;
    expect(windowAfter(4)).toBeGreaterThan(95);
    expect(windowAfter(6)).toBeGreaterThan(110);
  });
});
