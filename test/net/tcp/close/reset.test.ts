/** When a RST counts, and when one is sent (RFC 9293 sections 3.5.2 and 3.10.7.4, RFC 5961). */
import { describe, expect, it } from "vitest";
import { SO_LINGER, SOL_SOCKET } from "../../../../lib/sys";
import { Stage } from "../stage";

describe("a RST that comes", () => {
  it("with the very number: data that is there is lost, ECONNRESET once, then the end; EPIPE for writers", () => {
    const stage = new Stage();
    const fd = stage.accepts();
    stage.say("R 1:1 win 0");
    expect([stage.read(fd), stage.read(fd), stage.write(fd, 10)]).toEqual(["ECONNRESET", 0, "EPIPE"]);
    expect(stage.heard()).toEqual([]);
  });

  it("elsewhere in the window: a challenge, at most twice a second (RFC 5961 3.2 and 7)", () => {
    const stage = new Stage();
    const fd = stage.accepts();
    for (const number of [100, 200, 300]) {
      stage.say(`R ${number}:${number} win 0`);
      stage.wait(300);
    }
    expect(stage.heard()).toEqual(["0 . 1:1 ack 1 win 63", "600 . 1:1 ack 1 win 63"]);
    expect(stage.read(fd)).toBe("EAGAIN");
  });

  it("outside of the window: ignored", () => {
    const stage = new Stage();
    const fd = stage.accepts();
    stage.say("R 100000:100000 win 0");
    stage.say("R 0:0 win 0");
    expect(stage.heard()).toEqual([]);
    expect(stage.read(fd)).toBe("EAGAIN");
  });

  it("behind what has arrived ahead of a gap: that is where its sender is, so it counts", () => {
    const stage = new Stage();
    const fd = stage.accepts();
    stage.say(". 1001:2001 ack 1 win 257");
    stage.say("R 2001:2001 win 0");
    expect(stage.read(fd)).toBe("ECONNRESET");
  });

  it("in CLOSE_WAIT, also with the number of the FIN: EPIPE for writers, the end for readers", () => {
    const stage = new Stage();
    const fd = stage.accepts();
    stage.say("F. 1:1 ack 1 win 257");
    stage.say("R 1:1 win 0");
    expect([stage.write(fd, 10), stage.read(fd)]).toEqual(["EPIPE", 0]);
  });

  it("in TIME_WAIT: the entry goes, as RFC 1337 warns (tcp_rfc1337 = 0)", () => {
    const stage = new Stage();
    const fd = stage.accepts();
    stage.call((sys) => sys.close(fd));
    stage.say("F. 1:1 ack 2 win 257");
    stage.mark();
    stage.say("R 2:2 win 0");
    stage.say(". 2:2 ack 2 win 257");
    expect(stage.heard()).toEqual(["0 R 2:2 win 0"]);
  });
});

describe("a RST that goes", () => {
  it("close with unread data: RST instead of FIN (RFC 2525 2.17)", () => {
    const stage = new Stage();
    const fd = stage.accepts();
    stage.say("P. 1:101 ack 1 win 257");
    stage.mark();
    stage.call((sys) => sys.close(fd));
    stage.say(". 101:101 ack 1 win 257");
    expect(stage.heard()).toEqual(["0 R. 1:1 ack 101 win 63", "0 R 1:1 win 0"]);
  });

  it("SO_LINGER with a time of zero: RST, whatever was under way", () => {
    const stage = new Stage();
    const fd = stage.accepts();
    stage.call((sys) => sys.setsockopt(fd, SOL_SOCKET, SO_LINGER, { l_onoff: 1, l_linger: 0 }));
    stage.write(fd, 100);
    stage.call((sys) => sys.close(fd));
    expect(stage.heard()).toEqual(["0 P. 1:101 ack 1 win 63", "0 R. 101:101 ack 1 win 63"]);
  });

  it("data after close: nobody will read it (RFC 1122 4.2.2.13)", () => {
    const stage = new Stage();
    const fd = stage.accepts();
    stage.call((sys) => sys.close(fd));
    stage.say("P. 1:11 ack 1 win 257");
    stage.say("P. 11:21 ack 1 win 257");
    expect(stage.heard()).toEqual(["0 F. 1:1 ack 1 win 63", "0 R 1:1 win 0", "0 R 1:1 win 0"]);
  });

  it("timestamps go along (RFC 7323 3.2)", () => {
    const stage = new Stage();
    const fd = stage.accepts("mss 1000 sackOK ts 100 wscale 7");
    stage.say("P. 1:101 ack 1 win 257 ts 300");
    stage.mark();
    stage.call((sys) => sys.close(fd));
    expect(stage.heard()).toEqual(["0 R. 1:1 ack 101 win 64 ts 120 300"]);
  });
});

describe("segments that can't be accepted", () => {
  it("a SYN is challenged, wherever it stands (RFC 5961 4.2)", () => {
    const stage = new Stage();
    stage.accepts();
    stage.say("S 1:1 win 257");
    stage.wait(600);
    stage.say("S 500000:500000 win 257");
    expect(stage.heard()).toEqual(["0 . 1:1 ack 1 win 63", "600 . 1:1 ack 1 win 63"]);
  });

  it("an acknowledgement of what wasn't sent, or of what is older than any window: a challenge (RFC 5961 5.2)", () => {
    const stage = new Stage();
    stage.accepts();
    stage.say(". 1:1 ack 2 win 257");
    stage.wait(600);
    stage.say("P. 1:11 ack 4000000000 win 257");
    expect(stage.heard()).toEqual(["0 . 1:1 ack 1 win 63", "600 . 1:1 ack 1 win 63"]);
  });

  it("data outside of the window is answered each time, what has none twice a second (tcp_invalid_ratelimit)", () => {
    const stage = new Stage();
    stage.accepts();
    for (const size of [100, 100, 0, 0]) stage.say(`. 100001:${100_001 + size} ack 1 win 257`);
    expect(stage.heard()).toEqual(["0 . 1:1 ack 1 win 63", "0 . 1:1 ack 1 win 63", "0 . 1:1 ack 1 win 63"]);
  });

  it("without any flag: ignored", () => {
    const stage = new Stage();
    const fd = stage.accepts();
    stage.say("- 1:1 win 257");
    stage.say("P 1:101 win 257");
    expect(stage.heard()).toEqual([]);
    expect(stage.read(fd)).toBe("EAGAIN");
  });

  it("with an older timestamp: answered, and not taken; a tick older may be (RFC 7323 5.3, PAWS)", () => {
    const stage = new Stage();
    const fd = stage.accepts("mss 1000 sackOK ts 100 wscale 7");
    stage.say("P. 1:101 ack 1 win 257 ts 300");
    stage.mark();
    stage.say("P. 101:201 ack 1 win 257 ts 250");
    stage.say("P. 101:201 ack 1 win 257 ts 299");
    expect(stage.heard()).toEqual(["0 . 1:1 ack 101 win 64 ts 120 300", "0 . 1:1 ack 201 win 64 ts 120 300"]);
    expect(stage.read(fd)).toBe(200);
  });
});
