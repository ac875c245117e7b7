/**
 * How large a window is offered, and how the buffer behind it grows. The windows, and what TCP_INFO says, were compared with Linux
 * 6.18, fed with the same segments through a TUN device, where each takes a block of memory of its own.
 */
import { describe, expect, it } from "vitest";
import { SO_RCVBUF, SO_RCVLOWAT, SOL_SOCKET } from "../../../../lib/sys";
import { Stage } from "../stage";

const FULL = "mss 1460 sackOK wscale 7";

/** Says segments of so many bytes without a pause; returns the number that comes next. */
function segments(stage: Stage, from: number, count: number, size: number): number {
  let at = from;
  for (let i = 0; i < count; i++) {
    stage.say(`. ${at}:${at + size} ack 1 win 257`);
    at += size;
  }
  return at;
}

function windows(stage: Stage): number[] {
  return stage.heard().map((line) => Number(/win (\d+)/.exec(line)?.[1]));
}

function buffer(stage: Stage, fd: number): unknown {
  return stage.call((own) => own.getsockopt(fd, SOL_SOCKET, SO_RCVBUF));
}

describe("the window", () => {
  it("grows with the first full segments, then shrinks as they fill the buffer", () => {
    const stage = new Stage();
    const fd = stage.accepts(FULL);
    segments(stage, 1, 20, 1460);
    expect(windows(stage)).toEqual([66, 69, 72, 75, 74, 73, 72, 71, 70, 69, 68, 67, 66, 65, 64, 63, 62, 61, 60, 59]);
    expect(stage.info(fd)).toMatchObject({ tcpi_rcv_ssthresh: 75_920, tcpi_rcv_mss: 1460, tcpi_rcv_space: 14_600 });
    expect(stage.info(fd).tcpi_rcv_wnd).toBe(59 << 10);
  });

  it("grows more with what lies in pages: 4,000 of 8,448 bytes are payload, 9,000 of 12,544, 20,000 of 20,736 (tun_alloc_skb)", () => {
    const offered = [4000, 9000, 20_000].map((size) => {
      const stage = new Stage();
      stage.accepts(FULL);
      segments(stage, segments(stage, 1, 2, size), 2, 100);
      return windows(stage);
    });
    expect(offered).toEqual([
      [59, 56, 56, 56],
      [81, 74, 74, 74],
      [102, 85, 85, 85],
    ]);
  });

  it("grows no further than what such segments leave room for: 1,000 of 2,304 bytes are payload", () => {
    const stage = new Stage();
    const fd = stage.accepts(FULL);
    stage.say(". 1:1001 ack 1 win 257");
    expect(windows(stage)).toEqual([62]);
    expect(stage.info(fd).tcpi_rcv_ssthresh).toBe(56_832);
  });

  it("counts what waits ahead of a gap", () => {
    const stage = new Stage();
    const fd = stage.accepts(FULL);
    segments(stage, 2001, 12, 1000);
    expect(new Set(windows(stage))).toEqual(new Set([63]));
    segments(stage, 1001, 1, 1000);
    segments(stage, 1, 1, 1000);
    expect(windows(stage)).toEqual([63, 50]);
    expect(stage.read(fd)).toBe(14_000);
  });

  it("gets back the memory of what waited ahead of a gap and has come once more (tcp_ofo_queue)", () => {
    const stage = new Stage();
    stage.accepts("mss 1460 sackOK", 65_535);
    for (const [from, to] of [
      [1, 100],
      [200, 300],
      [400, 500],
      [600, 700],
      [150, 350],
      [1, 800],
    ])
      stage.say(`. ${from}:${to} ack 1 win 65535`);
    expect(stage.heard().at(-1)).toMatch(/ack 800 win 64141 sack 1:100$/);
  });

  it("is overrun by one more segment where the page charged last has room for it (sk_forward_alloc)", () => {
    const stage = new Stage();
    const fd = stage.accepts("mss 1460", 65_535);
    stage.call((own) => own.setsockopt(fd, SOL_SOCKET, SO_RCVBUF, 4096));
    // 2,304 bytes of memory each; of four that go beyond the 8,192, the fourth page has 3,072 left.
    segments(stage, 1, 6, 1400);
    expect(stage.heard().at(-1)).toMatch(/ack 7001 win 0$/);
    expect(stage.read(fd)).toBe(7000);
    expect(stage.info(fd)).toMatchObject({ tcpi_rcv_ssthresh: 2920 });
  });

  it("isn't taken back; but when the buffer has no memory left, what comes is dropped and the window shut", () => {
    const stage = new Stage();
    const fd = stage.accepts(FULL);
    const next = segments(stage, 1, 2, 1000);
    stage.call((own) => own.setsockopt(fd, SOL_SOCKET, SO_RCVBUF, 3000));
    segments(stage, next, 1, 1000);
    stage.wait(50);
    expect(stage.heard().at(-1)).toMatch(/ack 3001 win 62$/);
    stage.mark();
    segments(stage, next + 1000, 1, 1000);
    segments(stage, next + 1000, 1, 1000);
    expect(stage.heard()).toEqual(["0 . 1:1 ack 3001 win 0", "0 . 1:1 ack 3001 win 0"]);
    expect(stage.read(fd)).toBe(3000);
    expect(stage.heard()).toEqual(["0 . 1:1 ack 3001 win 3"]);
  });

  it("may be taken back where tcp_shrink_window says so", () => {
    const stage = new Stage({ tcp_shrink_window: 1 });
    stage.accepts(FULL);
    segments(stage, 1, 40, 100);
    const shrinking = windows(stage).at(-1);
    const other = new Stage();
    other.accepts(FULL);
    segments(other, 1, 40, 100);
    expect(shrinking).toBeLessThan(windows(other).at(-1) ?? 0);
  });
});

describe("the buffer", () => {
  /** Bursts of 20 segments, 50 ms apart, each read at once; what the buffer has grown to after each. */
  function growth(stage: Stage, fd: number, bursts: number): unknown[] {
    const sizes: unknown[] = [];
    for (let i = 0, at = 1; i < bursts; i++) {
      at = segments(stage, at, 20, 1460);
      stage.wait(5);
      stage.read(fd);
      sizes.push(buffer(stage, fd));
      stage.wait(50);
    }
    return sizes;
  }

  it("grows when the program reads more in a round trip than ever before", () => {
    const stage = new Stage();
    const fd = stage.accepts(FULL);
    expect(growth(stage, fd, 4)).toEqual([131_072, 131_072, 345_151, 345_151]);
    expect(stage.info(fd).tcpi_rcv_space).toBe(32_120);
    segments(stage, 80 * 1460 + 1, 20, 1460);
    expect(windows(stage).at(-1)).toBeGreaterThan(150);
  });

  it("doesn't when the program has set it, or the administrator wants none of it", () => {
    const fixed = new Stage();
    const fd = fixed.accepts(FULL);
    fixed.call((own) => own.setsockopt(fd, SOL_SOCKET, SO_RCVBUF, 65_536));
    expect(new Set(growth(fixed, fd, 6))).toEqual(new Set([131_072]));
    const off = new Stage({ tcp_moderate_rcvbuf: 0 });
    expect(new Set(growth(off, off.accepts(FULL), 6))).toEqual(new Set([131_072]));
  });

  it("grows for what waits ahead of a gap, once somebody has accepted the connection", () => {
    const stage = new Stage();
    const listener = stage.listens();
    stage.say(`S 0:0 win 32792 ${FULL}`);
    stage.say(". 1:1 ack 1 win 257");
    segments(stage, 2001, 30, 1460);
    const fd = stage.call((own) => own.accept(listener)) as number;
    expect(buffer(stage, fd)).toBe(131_072);
    segments(stage, 2001 + 30 * 1460, 10, 1460);
    expect(buffer(stage, fd)).toBeGreaterThan(131_072);
  });

  it("holds what SO_RCVLOWAT asks for, with the memory around it", () => {
    const stage = new Stage();
    const fd = stage.accepts(FULL);
    stage.call((own) => own.setsockopt(fd, SOL_SOCKET, SO_RCVLOWAT, 100_000));
    expect(buffer(stage, fd)).toBe(200_000);
  });
});
