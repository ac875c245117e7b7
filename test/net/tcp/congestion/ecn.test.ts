/** Explicit congestion notification (RFC 3168 section 6.1; net.ipv4.tcp_ecn). */
import { describe, expect, it } from "vitest";
import { Stage } from "../stage";

const OPTIONS = "mss 1000 sackOK wscale 7";

/** A connection that has agreed on it; the host has accepted. */
function agreed(sysctl = {}, syn = `SEW 0:0 win 32792 ${OPTIONS}`): { stage: Stage; fd: number; synAck: string } {
  const stage = new Stage(sysctl);
  const listener = stage.listens();
  stage.mark();
  stage.say(syn);
  const [synAck] = stage.heard();
  stage.wait(20);
  stage.say(". 1:1 ack 1 win 257");
  const fd = stage.call((sys) => sys.accept(listener)) as number;
  stage.wait(100);
  stage.mark();
  return { stage, fd, synAck };
}

const flagsOf = (line: string) => line.split(" ")[1];

describe("the handshake", () => {
  it("who is asked agrees (tcp_ecn = 2)", () => {
    expect(flagsOf(agreed().synAck)).toBe("S.E");
  });

  it("not when it is switched off, nor when only half of the question is there, nor when the SYN takes part itself", () => {
    expect(flagsOf(agreed({ tcp_ecn: 0 }).synAck)).toBe("S.");
    for (const syn of ["SE 0:0 win 32792", "SW 0:0 win 32792", "SEW 0:0 win 32792 ect"])
      expect(flagsOf(agreed({}, `${syn} ${OPTIONS}`).synAck)).toBe("S.");
  });

  it("asks only when told to; a SYN that is sent again doesn't ask (tcp_ecn_fallback)", () => {
    const flags = (sysctl: object) => {
      const stage = new Stage(sysctl);
      stage.connects();
      stage.wait(1100);
      return stage.heard().map(flagsOf);
    };
    expect([flags({}), flags({ tcp_ecn: 1 })]).toEqual([
      ["S", "S"],
      ["SEW", "S"],
    ]);
  });

  it("the answer counts: ECE alone is a yes", () => {
    const first = (answer: string) => {
      const stage = new Stage({ tcp_ecn: 1 });
      const fd = stage.connects();
      stage.say(`${answer} 0:0 ack 1 win 5000 mss 1000`);
      stage.heard();
      stage.write(fd, 10);
      return stage.heard().map((line) => line.endsWith(" ect"));
    };
    expect([first("SE."), first("S.")]).toEqual([[true], [false]]);
  });
});

describe("who sends", () => {
  it("new data takes part; retransmissions and acknowledgements don't (6.1.4, 6.1.5)", () => {
    const { stage, fd } = agreed();
    stage.write(fd, 1000);
    stage.wait(250);
    stage.say("P. 1:11 ack 1001 win 257 ect");
    expect(stage.heard()).toEqual([
      "0 P. 1:1001 ack 1 win 63 ect",
      "220 P. 1:1001 ack 1 win 63",
      "250 . 1001:1001 ack 11 win 63",
    ]);
  });

  it("halves its window once for all that is under way, and says so with the next new data", () => {
    const { stage, fd } = agreed();
    stage.write(fd, 10_000);
    stage.say("E. 1:1 ack 2001 win 257");
    stage.say("E. 1:1 ack 6001 win 257");
    expect(stage.info(fd).tcpi_snd_ssthresh).toBe(7);
    expect(stage.info(fd).tcpi_ca_state).toBe(2);
    stage.heard();
    stage.write(fd, 2000);
    expect(stage.heard().map(flagsOf)).toEqual([".W", "P."]);
    stage.say(". 1:1 ack 12001 win 257");
    expect(stage.info(fd).tcpi_ca_state).toBe(0);
  });

  it("a loss is congestion, too: the peer hears of it in the same way", () => {
    const { stage, fd } = agreed();
    stage.write(fd, 5000);
    stage.say(". 1:1 ack 1 win 257 sack 1001:4001");
    stage.wait(20);
    stage.say(". 1:1 ack 5001 win 257");
    stage.heard();
    stage.write(fd, 1000);
    expect(stage.heard().map(flagsOf)).toEqual(["P.W"]);
  });
});

describe("who receives", () => {
  it("tells of a marked packet with every acknowledgement, until the sender has heard", () => {
    const { stage, fd } = agreed();
    const lines = [
      "P. 1:101 ack 1 win 257 ect",
      "P. 101:201 ack 1 win 257 ce",
      "P. 201:301 ack 1 win 257 ect",
      "PW. 301:401 ack 1 win 257 ect",
    ];
    for (const line of lines) stage.say(line);
    expect(stage.heard().map(flagsOf)).toEqual([".", ".E", ".E", "."]);
    expect(stage.info(fd).tcpi_options & 24).toBe(24);
  });

  it("a marked packet ahead of a gap counts as well", () => {
    const { stage } = agreed();
    stage.say("P. 101:201 ack 1 win 257 ce");
    expect(stage.heard()).toEqual(["0 .E 1:1 ack 1 win 63 sack 101:201"]);
  });
});
