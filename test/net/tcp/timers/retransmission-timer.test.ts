/** Silence: the retransmission timer, tail loss probes, F-RTO, giving up (RFC 6298, RFC 8985 section 7, RFC 5682). */
import { describe, expect, it } from "vitest";
import {
  SO_KEEPALIVE,
  SOL_SOCKET,
  SOL_TCP,
  TCP_KEEPCNT,
  TCP_KEEPIDLE,
  TCP_KEEPINTVL,
  TCP_RTO_MAX_MS,
  TCP_USER_TIMEOUT,
} from "../../../../lib/sys";
import { Stage } from "../stage";

describe("nothing comes back", () => {
  it("without SACK: srtt + 200 ms, then twice that, and so on (RFC 6298 5.4, 5.5)", () => {
    const stage = new Stage();
    const fd = stage.accepts("mss 1000 wscale 7");
    stage.write(fd, 1000);
    stage.wait(3500);
    expect(stage.heard()).toEqual([
      "0 P. 1:1001 ack 1 win 63",
      "220 P. 1:1001 ack 1 win 63",
      "660 P. 1:1001 ack 1 win 63",
      "1540 P. 1:1001 ack 1 win 63",
      "3300 P. 1:1001 ack 1 win 63",
    ]);
  });

  it("with SACK the first repetition is a tail loss probe, and the timer begins behind it (RFC 8985 7.3)", () => {
    const stage = new Stage();
    const fd = stage.accepts();
    stage.write(fd, 3000);
    stage.wait(1200);
    expect(stage.heard()).toEqual([
      "0 . 1:1001 ack 1 win 63",
      "0 P. 1001:2001 ack 1 win 63",
      "0 P. 2001:3001 ack 1 win 63",
      "44 P. 2001:3001 ack 1 win 63",
      "264 . 1:1001 ack 1 win 63",
      "704 . 1:1001 ack 1 win 63",
    ]);
  });

  it("begins anew when SACK tells of what was sent before the oldest segment was sent again (tcp_clean_rtx_queue)", () => {
    const stage = new Stage();
    const fd = stage.accepts();
    stage.write(fd, 3000);
    stage.wait(900);
    stage.say(". 1:1 ack 1 win 257 sack 1001:2001");
    stage.wait(1200);
    // Without that acknowledgement, or with an older oldest segment, at 1584.
    expect(stage.heard().map((line) => Number.parseInt(line, 10))).toEqual([0, 0, 0, 44, 264, 704, 1944]);
  });

  it("only the oldest segment is sent at a timeout; the window is one segment, and doubles (RFC 5681 3.1)", () => {
    const stage = new Stage();
    const fd = stage.accepts("mss 1000 wscale 7");
    stage.write(fd, 4000);
    stage.wait(300);
    stage.mark();
    stage.say(". 1:1 ack 1001 win 257");
    stage.wait(20);
    stage.say(". 1:1 ack 3001 win 257");
    expect(stage.heard()).toEqual([
      "0 . 1001:2001 ack 1 win 63",
      "0 . 2001:3001 ack 1 win 63",
      "20 P. 3001:4001 ack 1 win 63",
    ]);
  });

  it("doubles no further than TCP_RTO_MAX_MS (tcp_rto_max)", () => {
    const stage = new Stage();
    const fd = stage.accepts("mss 1000 wscale 7");
    expect(stage.call((sys) => sys.getsockopt(fd, SOL_TCP, TCP_RTO_MAX_MS))).toBe(120_000);
    stage.call((sys) => sys.setsockopt(fd, SOL_TCP, TCP_RTO_MAX_MS, 1000));
    for (const refused of [999, 120_001])
      expect(stage.call((sys) => sys.setsockopt(fd, SOL_TCP, TCP_RTO_MAX_MS, refused))).toBe("EINVAL");
    stage.write(fd, 1000);
    stage.wait(4000);
    expect(stage.heard().map((line) => Number.parseInt(line, 10))).toEqual([0, 220, 660, 1540, 2540, 3540]);
    stage.wait(20_000);
    expect(stage.read(fd)).toBe("ETIMEDOUT");
  });

  it("while a SYN-ACK's waiting time goes on doubling (reqsk_timeout)", () => {
    const stage = new Stage({ tcp_rto_max_ms: 1000 });
    stage.listens();
    stage.mark();
    stage.say("S 0:0 win 1000 mss 1460");
    stage.wait(8000);
    expect(stage.heard().map((line) => Number.parseInt(line, 10))).toEqual([0, 1000, 3000, 7000]);
  });

  it("given up when TCP_USER_TIMEOUT has passed since the first repetition", () => {
    const stage = new Stage();
    const fd = stage.accepts();
    stage.call((sys) => sys.setsockopt(fd, SOL_TCP, TCP_USER_TIMEOUT, 1500));
    stage.write(fd, 1000);
    stage.wait(3000);
    expect(stage.write(fd, 10)).toBe("ETIMEDOUT");
  });

  it("given up by an orphan after 8 doublings (tcp_orphan_retries)", () => {
    const stage = new Stage();
    const fd = stage.accepts();
    stage.write(fd, 1000);
    stage.call((sys) => sys.close(fd));
    stage.wait(200_000);
    stage.mark();
    stage.say(". 1:1 ack 1 win 257");
    expect(stage.heard()).toEqual(["0 R 1:1 win 0"]);
  });

  it("keepalive: asked after TCP_KEEPIDLE, TCP_KEEPCNT times, then reset (RFC 9293 3.8.4)", () => {
    const stage = new Stage();
    const fd = stage.accepts();
    stage.call(function* (sys) {
      yield* sys.setsockopt(fd, SOL_TCP, TCP_KEEPIDLE, 1);
      yield* sys.setsockopt(fd, SOL_TCP, TCP_KEEPINTVL, 1);
      yield* sys.setsockopt(fd, SOL_TCP, TCP_KEEPCNT, 2);
      yield* sys.setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
    });
    stage.wait(5000);
    expect(stage.heard()).toEqual(["1000 . 0:0 ack 1 win 63", "2000 . 0:0 ack 1 win 63", "3000 R. 1:1 ack 1 win 63"]);
    expect(stage.read(fd)).toBe("ETIMEDOUT");
  });
});

describe("a timeout that was needless", () => {
  it("the echoed timestamp is older than the repetition: all is as before (RFC 3522)", () => {
    const stage = new Stage();
    const fd = stage.accepts("mss 1000 sackOK ts 100 wscale 7");
    stage.write(fd, 988);
    stage.wait(5);
    const echo = stage.echo();
    stage.wait(700);
    expect(stage.info(fd)).toMatchObject({ tcpi_snd_cwnd: 1, tcpi_ca_state: 4 });
    stage.say(". 1:1 ack 989 win 257 ts 400", echo);
    expect(stage.info(fd)).toMatchObject({ tcpi_snd_cwnd: 10, tcpi_ca_state: 0 });
  });

  it("what arrives was sent only once: F-RTO (RFC 5682 3.1, step 3.b)", () => {
    const stage = new Stage();
    const fd = stage.accepts();
    stage.write(fd, 3000);
    stage.wait(300);
    stage.mark();
    stage.say(". 1:1 ack 1 win 257 sack 1001:2001");
    expect(stage.info(fd)).toMatchObject({ tcpi_ca_state: 1, tcpi_snd_cwnd: 10 });
  });
});
