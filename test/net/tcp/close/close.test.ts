/** How connections end: by FINs from one side, the other, both at once, lost, early, twice (RFC 9293 section 3.6). */
import { describe, expect, it } from "vitest";
import { SHUT_RD, SHUT_RDWR, SHUT_WR } from "../../../../lib/sys";
import { Stage } from "../stage";

const close = (stage: Stage, fd: number) => stage.call((sys) => sys.close(fd));

describe("we close first", () => {
  it("FIN_WAIT1, FIN_WAIT2, TIME_WAIT: the peer's FIN is acknowledged again and again (figure 12)", () => {
    const stage = new Stage();
    close(stage, stage.accepts());
    stage.say(". 1:1 ack 2 win 257");
    for (let i = 0; i < 2; i++) {
      stage.wait(50);
      stage.say("F. 1:1 ack 2 win 257");
    }
    stage.say(". 2:2 ack 2 win 257");
    expect(stage.heard()).toEqual(["0 F. 1:1 ack 1 win 63", "50 . 2:2 ack 2 win 63", "100 . 2:2 ack 2 win 63"]);
  });

  it("what was written goes first, the FIN behind it", () => {
    const stage = new Stage();
    const fd = stage.accepts();
    stage.write(fd, 12_000);
    close(stage, fd);
    stage.wait(20);
    stage.heard();
    stage.say(". 1:1 ack 10001 win 257");
    expect(stage.heard()).toEqual(["20 . 10001:11001 ack 1 win 63", "20 FP. 11001:12001 ack 1 win 63"]);
  });

  it("the FIN alone has no PSH; lost, it is sent again like data", () => {
    const stage = new Stage();
    close(stage, stage.accepts("mss 1000 wscale 7"));
    stage.wait(1500);
    expect(stage.heard()).toEqual(["0 F. 1:1 ack 1 win 63", "220 F. 1:1 ack 1 win 63", "660 F. 1:1 ack 1 win 63"]);
  });

  it("both at once: CLOSING, then TIME_WAIT (figure 13)", () => {
    const stage = new Stage();
    close(stage, stage.accepts());
    stage.say("F. 1:1 ack 1 win 257");
    stage.say(". 2:2 ack 2 win 257");
    stage.wait(50);
    stage.say("F. 1:1 ack 2 win 257");
    expect(stage.heard()).toEqual(["0 F. 1:1 ack 1 win 63", "0 . 2:2 ack 2 win 63", "50 . 2:2 ack 2 win 63"]);
  });

  it("a FIN that has waited for what was missing is told of once more with its acknowledgement (tcp_fin, called by tcp_ofo_queue)", () => {
    const stage = new Stage();
    const fd = stage.accepts();
    stage.call((sys) => sys.shutdown(fd, SHUT_WR));
    stage.say(". 1:1 ack 2 win 257");
    stage.wait(50);
    stage.say("F. 101:101 ack 2 win 257");
    stage.wait(50);
    stage.say("P. 1:101 ack 2 win 257");
    expect(stage.heard()).toEqual([
      "0 F. 1:1 ack 1 win 63",
      "50 . 2:2 ack 1 win 63 sack 101:102",
      "100 . 2:2 ack 102 win 63 sack 101:102",
    ]);
  });

  it("after a minute in FIN_WAIT2 an orphan is gone (tcp_fin_timeout)", () => {
    const stage = new Stage();
    close(stage, stage.accepts());
    stage.say(". 1:1 ack 2 win 257");
    stage.wait(61_000);
    stage.mark();
    stage.say("F. 1:1 ack 2 win 257");
    expect(stage.heard()).toEqual(["0 R 2:2 win 0"]);
  });
});

describe("the peer closes first", () => {
  it("CLOSE_WAIT: we may go on writing; LAST_ACK: then it's over", () => {
    const stage = new Stage();
    const fd = stage.accepts();
    stage.say("F. 1:1 ack 1 win 257");
    stage.wait(50);
    expect([stage.read(fd), stage.write(fd, 10)]).toEqual([0, 10]);
    stage.say(". 2:2 ack 11 win 257");
    close(stage, fd);
    stage.say(". 2:2 ack 12 win 257");
    stage.say(". 2:2 ack 12 win 257");
    expect(stage.heard()).toEqual([
      "4 . 1:1 ack 2 win 63",
      "50 P. 1:11 ack 2 win 63",
      "50 F. 11:11 ack 2 win 63",
      "50 R 12:12 win 0",
    ]);
  });

  it("a FIN ahead of a gap waits, and is told as if it were a byte (RFC 2018)", () => {
    const stage = new Stage();
    const fd = stage.accepts();
    stage.say("FP. 101:201 ack 1 win 257");
    stage.wait(50);
    stage.say("P. 1:101 ack 1 win 257");
    expect(stage.heard()).toEqual(["0 . 1:1 ack 1 win 63 sack 101:202", "50 . 1:1 ack 202 win 63"]);
    expect([stage.read(fd), stage.read(fd)]).toEqual([200, 0]);
  });

  it("a FIN that comes again is acknowledged, as come twice (RFC 2883); data behind it isn't worth an answer", () => {
    const stage = new Stage();
    stage.accepts();
    stage.say("F. 1:1 ack 1 win 257");
    stage.wait(50);
    stage.mark();
    stage.say("F. 1:1 ack 1 win 257");
    stage.say("P. 2:12 ack 1 win 257");
    expect(stage.heard()).toEqual(["0 . 1:1 ack 2 win 63 sack 1:2"]);
  });
});

describe("shutdown(2)", () => {
  it("SHUT_WR: FIN; what the peer sends is still read", () => {
    const stage = new Stage();
    const fd = stage.accepts();
    stage.call((sys) => sys.shutdown(fd, SHUT_WR));
    stage.say("P. 1:101 ack 2 win 257");
    expect([stage.read(fd), stage.write(fd, 10)]).toEqual([100, "EPIPE"]);
    expect(stage.heard()).toEqual(["0 F. 1:1 ack 1 win 63", "0 . 2:2 ack 101 win 63"]);
  });

  it("SHUT_RD: reads end, nothing is sent, and data that comes is taken all the same", () => {
    const stage = new Stage();
    const fd = stage.accepts();
    stage.call((sys) => sys.shutdown(fd, SHUT_RD));
    expect(stage.read(fd)).toBe(0);
    stage.say("P. 1:101 ack 1 win 257");
    expect(stage.read(fd)).toBe(100);
    expect(stage.heard()).toEqual(["0 . 1:1 ack 101 win 63"]);
  });

  it("SHUT_RDWR: FIN, and data that comes is reset", () => {
    const stage = new Stage();
    const fd = stage.accepts();
    stage.call((sys) => sys.shutdown(fd, SHUT_RDWR));
    stage.say("P. 1:101 ack 2 win 257");
    expect(stage.heard()).toEqual(["0 F. 1:1 ack 1 win 63", "0 R 2:2 win 0"]);
    expect(stage.read(fd)).toBe("ECONNRESET");
  });
});
