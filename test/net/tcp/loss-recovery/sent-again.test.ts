/** What leaves when something is sent again: cut anew, joined, or not at all (tcp_retransmit_skb in Linux; RFC 2018 section 8, RFC 9293 section 3.8.1). */
import { describe, expect, it } from "vitest";
import { MSG_EOR, SOL_TCP, TCP_NODELAY } from "../../../../lib/sys";
import { Stage } from "../stage";

const NO_SACK = "mss 1000 wscale 7";

/** Five small segments are under way. */
function smalls(size: number, options = NO_SACK): Stage {
  const stage = new Stage();
  const fd = stage.accepts(options);
  stage.call((sys) => sys.setsockopt(fd, SOL_TCP, TCP_NODELAY, 1));
  for (let i = 0; i < 5; i++) stage.write(fd, size);
  stage.mark();
  stage.heard();
  return stage;
}

function written(size: number, options?: string, window?: number): { stage: Stage; fd: number } {
  const stage = new Stage();
  const fd = stage.accepts(options, window);
  stage.mark();
  stage.write(fd, size);
  stage.wait(20);
  stage.heard();
  return { stage, fd };
}

describe("small segments", () => {
  it("leave as one when they are sent again (net.ipv4.tcp_retrans_collapse)", () => {
    const stage = smalls(100);
    stage.wait(230);
    expect(stage.heard()).toEqual(["220 P. 1:501 ack 1 win 63"]);
  });

  it("as far as they fit whole into one segment", () => {
    const stage = smalls(400);
    stage.wait(230);
    expect(stage.heard()).toEqual(["220 P. 1:801 ack 1 win 63"]);
  });

  it("with a FIN behind them", () => {
    const stage = smalls(100);
    stage.call((sys) => sys.close(4));
    stage.mark();
    stage.heard();
    stage.wait(230);
    expect(stage.heard().at(-1)).toContain("FP. 1:501 ack 1");
  });

  it("not across what has arrived", () => {
    const stage = smalls(100, "mss 1000 sackOK wscale 7");
    stage.say(". 1:1 ack 1 win 257 sack 201:301");
    stage.wait(300);
    expect(stage.heard().at(-1)).toMatch(/P\. 1:201 ack 1/);
  });
});

describe("a segment whose beginning is acknowledged", () => {
  it("is cut anew from there: its run is one buffer", () => {
    const { stage } = written(4000, NO_SACK);
    stage.say(". 1:1 ack 501 win 257");
    stage.wait(250);
    expect(stage.heard()).toEqual(["220 . 501:1501 ack 1 win 63"]);
  });
});

describe("a window that has become smaller", () => {
  it("what lies beyond it isn't sent again, but for the oldest segment, which is the probe (RFC 9293 3.8.6)", () => {
    const { stage } = written(5000);
    stage.say(". 1:1 ack 1001 win 0");
    stage.wait(250);
    expect(stage.heard()).toEqual(["220 . 1001:2001 ack 1 win 63"]);
  });

  it("a run takes along what still fits, though it is no full segment", () => {
    const { stage } = written(5000, undefined, 8);
    stage.say(". 1:1 ack 1025 win 5");
    expect(stage.heard()).toEqual(["20 . 1025:1537 ack 1 win 63", "20 P. 1537:1665 ack 1 win 63"]);
  });
});

describe("a receiver that throws away what it has told by SACK (RFC 2018 section 8)", () => {
  it("is found out when its acknowledgement stops there: everything is sent again, half a round trip later", () => {
    const { stage } = written(5000);
    stage.say(". 1:1 ack 1 win 257 sack 1001:5001");
    stage.wait(5);
    stage.say(". 1:1 ack 1001 win 257");
    stage.heard();
    stage.wait(30);
    expect(stage.heard()).toEqual(["37 . 1001:2001 ack 1 win 63"]);
    stage.say(". 1:1 ack 2001 win 257");
    expect(stage.heard().map((line) => line.split(" ")[2])).toEqual(["2001:3001", "3001:4001"]);
  });
});

describe("a SACK block", () => {
  it("that begins where the acknowledgement ends contradicts it, and is passed over", () => {
    const { stage, fd } = written(5000);
    stage.say(". 1:1 ack 1 win 257 sack 1:1001");
    expect(stage.info(fd).tcpi_sacked).toBe(0);
    stage.say(". 1:1 ack 1 win 257 sack 1001:2001");
    expect(stage.info(fd).tcpi_sacked).toBe(1);
  });
});

describe("the end of a record (MSG_EOR)", () => {
  /** What leaves of three writes while a small segment is under way, and when that is acknowledged. */
  const sizes = (second: number) => {
    const stage = new Stage();
    const fd = stage.accepts(NO_SACK);
    stage.write(fd, 100);
    stage.mark();
    stage.heard();
    for (const flags of [0, second, 0]) stage.call((sys) => sys.send(fd, new Uint8Array(200), flags));
    const left = [stage.heard()];
    for (const ack of [101, 501]) {
      stage.say(`. 1:1 ack ${ack} win 257`);
      left.push(stage.heard());
    }
    return left.map((lines) => lines.map((line) => line.split(" ")[2]));
  };

  it("what is written later doesn't join it", () => {
    expect(sizes(0)).toEqual([[], ["101:701"], []]);
    expect(sizes(MSG_EOR)).toEqual([["101:501"], [], ["501:701"]]);
  });
});

describe("a duplicate SACK about what the same segment acknowledges (RFC 2883)", () => {
  it("tells that the retransmission was needless: the window is restored", () => {
    const { stage, fd } = written(10_000);
    for (const right of [2001, 3001, 4001]) stage.say(`. 1:1 ack 1 win 257 sack 1001:${right}`);
    expect(stage.info(fd).tcpi_ca_state).toBe(3);
    stage.wait(100);
    stage.say(". 1:1 ack 10001 win 257 sack 1:1001");
    const { tcpi_ca_state, tcpi_snd_ssthresh } = stage.info(fd);
    expect([tcpi_ca_state, tcpi_snd_ssthresh]).toEqual([0, 0x7fff_ffff]);
  });
});
