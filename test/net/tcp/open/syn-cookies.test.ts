/** More requests than the backlog: cookies (RFC 4987 section 3.6, net.ipv4.tcp_syncookies). */
import { describe, expect, it } from "vitest";
import { F_SETFL, O_NONBLOCK, SOL_TCP, TCP_MAXSEG } from "../../../../lib/sys";
import { Stage } from "../stage";

const SYN = "S 0:0 win 32792 mss 1400 sackOK wscale 7";
const STAMPED = "S 0:0 win 32792 mss 1400 sackOK wscale 7 ts 100";

/** A listener with a backlog of 0, and one request that takes the only place. */
function crowded(sysctl = {}): { stage: Stage; listener: number } {
  const stage = new Stage(sysctl);
  const listener = stage.listens(0);
  stage.say(SYN);
  stage.be(1);
  stage.mark();
  return { stage, listener };
}

const accept = (stage: Stage, listener: number) => stage.call((sys) => sys.accept(listener)) as number;

describe("a SYN beyond the backlog", () => {
  it("is answered, but without what a sequence number has no room for; and only once", () => {
    const { stage } = crowded();
    stage.say(SYN);
    expect(stage.heard()).toEqual(["0 S. 0:0 ack 1 win 64240 mss 1460"]);
    stage.wait(900);
    expect(stage.heard()).toEqual([]);
  });

  it("its ACK is enough to make a connection of, with the next smaller MSS of four", () => {
    const { stage, listener } = crowded();
    stage.say(SYN);
    stage.wait(20);
    stage.say(". 1:1 ack 1 win 1000");
    const fd = accept(stage, listener);
    expect(stage.call((sys) => sys.getsockopt(fd, SOL_TCP, TCP_MAXSEG))).toBe(500);
    stage.say("P. 1:11 ack 1 win 5000");
    expect(stage.read(fd)).toBe(10);
    expect(stage.call((sys) => sys.getsockopt(fd, SOL_TCP, TCP_MAXSEG))).toBe(1300);
    // How long the round trip took, nobody knows.
    expect(stage.info(fd).tcpi_rto).toBe(3_000_000);
  });

  it("with timestamps, window scale and SACK come back in the echo", () => {
    const { stage, listener } = crowded();
    stage.say(STAMPED);
    expect(stage.heard()).toEqual(["0 S. 0:0 ack 1 win 65160 mss 1460 wscale 10 sackOK ts 0 100"]);
    stage.wait(20);
    stage.say(". 1:1 ack 1 win 1000 ts 120");
    const fd = accept(stage, listener);
    const info = stage.info(fd);
    expect([info.tcpi_options, info.tcpi_snd_wscale, info.tcpi_snd_mss]).toEqual([7, 7, 1288]);
    // The timestamp was moved back for their sake, by up to 63 ms, and so the round trip seems to have taken longer.
    expect(info.tcpi_rtt).toBe(71_000);
  });

  it("data and FIN may come with that ACK", () => {
    const { stage, listener } = crowded();
    stage.say(SYN);
    stage.say("FP. 1:101 ack 1 win 1000");
    const fd = accept(stage, listener);
    expect([stage.read(fd), stage.read(fd)]).toEqual([100, 0]);
  });

  it("what acknowledges anything else is reset", () => {
    const { stage, listener } = crowded();
    stage.say(SYN);
    stage.mark();
    stage.heard();
    stage.say(". 1:1 ack 7 win 1000");
    stage.say(". 9:9 ack 1 win 1000");
    stage.say("S. 1:1 ack 1 win 1000");
    expect(stage.heard()).toEqual(["0 R 7:7 win 0", "0 R 1:1 win 0", "0 R 1:1 win 0"]);
    stage.call((sys) => sys.fcntl(listener, F_SETFL, O_NONBLOCK));
    expect(accept(stage, listener)).toBe("EAGAIN");
  });

  it("a cookie is good for two minutes", () => {
    const { stage } = crowded();
    stage.say(SYN);
    stage.wait(150_000);
    stage.mark();
    stage.say(". 1:1 ack 1 win 1000");
    expect(stage.heard()).toEqual(["0 R 1:1 win 0"]);
  });

  it("the accept queue full: the ACK is dropped, and may come again", () => {
    const { stage, listener } = crowded();
    stage.say(SYN);
    stage.be(0);
    stage.say(". 1:1 ack 1 win 1000");
    stage.be(1);
    stage.mark();
    stage.say(". 1:1 ack 1 win 1000");
    expect(stage.heard()).toEqual([]);
    expect(accept(stage, listener)).toBe(4);
    stage.say("P. 1:11 ack 1 win 1000");
    expect(stage.read(accept(stage, listener))).toBe(10);
  });
});

describe("net.ipv4.tcp_syncookies", () => {
  it("0: the SYN is dropped, and comes again", () => {
    const { stage } = crowded({ tcp_syncookies: 0 });
    stage.say(SYN);
    expect(stage.heard()).toEqual([]);
  });

  it("2: every SYN is answered by a cookie", () => {
    const stage = new Stage({ tcp_syncookies: 2 });
    const listener = stage.listens(5);
    stage.mark();
    stage.say(SYN);
    stage.wait(2000);
    expect(stage.heard()).toEqual(["0 S. 0:0 ack 1 win 64240 mss 1460"]);
    stage.say(". 1:1 ack 1 win 1000");
    expect(accept(stage, listener)).toBe(4);
  });
});
