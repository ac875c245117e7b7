/** When data is acknowledged, and what acknowledgements tell of (RFC 5681 section 4.2, RFC 9293 section 3.8.6.3, RFC 2018, RFC 2883). */
import { describe, expect, it } from "vitest";
import { Stage } from "../stage";

describe("when", () => {
  it("at once to begin with: the sender needs each to get going", () => {
    const stage = new Stage();
    stage.accepts();
    for (let at = 1; at < 4001; at += 1000) {
      stage.say(`. ${at}:${at + 1000} ack 1 win 257`);
      stage.wait(10);
    }
    expect(stage.heard()).toHaveLength(4);
  });

  it("later every second full segment, and a single one after 40 ms (RFC 9293 3.8.6.3)", () => {
    const stage = new Stage();
    const fd = stage.accepts();
    for (let at = 1; at < 50_001; at += 1000) {
      stage.say(`. ${at}:${at + 1000} ack 1 win 257`);
      stage.wait(5);
      stage.read(fd);
    }
    stage.wait(100);
    stage.mark();
    stage.say(". 50001:51001 ack 1 win 257");
    stage.say(". 51001:52001 ack 1 win 257");
    stage.read(fd);
    stage.wait(50);
    stage.say(". 52001:53001 ack 1 win 257");
    stage.wait(100);
    expect(stage.heard()).toEqual(["0 . 1:1 ack 52001 win 56", "90 . 1:1 ack 53001 win 56"]);
  });

  it("with what comes in the last 8 ms of the 40, for the sake of a timer less (tcp_send_delayed_ack)", () => {
    const stage = new Stage();
    stage.accepts("mss 1460", 65_535);
    for (let i = 0; i < 40; i++) {
      stage.say(`P. ${1 + 64 * i}:${65 + 64 * i} ack 1 win 65535`);
      stage.wait(5);
    }
    const late = stage.heard().slice(16, 19);
    expect(late.map((line) => line.split(" ").slice(0, 5).join(" "))).toEqual([
      "115 . 1:1 ack 1537",
      "155 . 1:1 ack 2049",
      "195 . 1:1 ack 2561",
    ]);
  });

  it("not alone where an answer follows: it rides on that", () => {
    const stage = new Stage();
    const fd = stage.accepts();
    for (let round = 0; round < 3; round++) {
      stage.say(`P. ${1 + 100 * round}:${101 + 100 * round} ack ${1 + 50 * round} win 257`);
      stage.read(fd);
      stage.write(fd, 50);
      stage.wait(20);
    }
    expect(stage.heard().slice(-2)).toEqual([
      expect.stringMatching(/ P\. 51:101 ack 201 /),
      expect.stringMatching(/ P\. 101:151 ack 301 /),
    ]);
  });
});

describe("what", () => {
  it("bytes ahead of a gap, at once, what came last first (RFC 2018 section 4)", () => {
    const stage = new Stage();
    stage.accepts();
    for (const from of [2001, 4001, 1001]) stage.say(`. ${from}:${from + 1000} ack 1 win 257`);
    stage.say(". 1:1001 ack 1 win 257");
    expect(stage.heard()).toEqual([
      "0 . 1:1 ack 1 win 63 sack 2001:3001",
      "0 . 1:1 ack 1 win 63 sack 4001:5001 2001:3001",
      "0 . 1:1 ack 1 win 63 sack 1001:3001 4001:5001",
      "0 . 1:1 ack 3001 win 61 sack 4001:5001",
    ]);
  });

  it("bytes that came twice, in front of the others (RFC 2883 section 4)", () => {
    const stage = new Stage();
    stage.accepts();
    stage.say("P. 1:101 ack 1 win 257");
    stage.say("P. 1:101 ack 1 win 257");
    stage.say("P. 51:151 ack 1 win 257");
    stage.say(". 1001:2001 ack 1 win 257");
    stage.say(". 1501:2501 ack 1 win 257");
    expect(stage.heard()).toEqual([
      "0 . 1:1 ack 101 win 63",
      "0 . 1:1 ack 101 win 63 sack 1:101",
      "0 . 1:1 ack 151 win 63 sack 51:101",
      "0 . 1:1 ack 151 win 63 sack 1001:2001",
      "0 . 1:1 ack 151 win 63 sack 1501:2001 1001:2501",
    ]);
  });

  it("not to who hasn't agreed to SACK", () => {
    const stage = new Stage();
    stage.accepts("mss 1000 wscale 7");
    stage.say(". 2001:3001 ack 1 win 257");
    stage.say(". 1:1001 ack 1 win 257");
    expect(stage.heard()).toEqual(["0 . 1:1 ack 1 win 63", "0 . 1:1 ack 1001 win 63"]);
  });

  it("the peer's timestamp of the segment that the acknowledgement is about (RFC 7323 4.3)", () => {
    const stage = new Stage();
    stage.accepts("mss 1000 sackOK ts 100 wscale 7");
    stage.say(". 1:1001 ack 1 win 257 ts 300");
    stage.say(". 2001:3001 ack 1 win 257 ts 310");
    stage.say(". 1001:2001 ack 1 win 257 ts 320");
    expect(stage.heard().map((line) => line.match(/ts \d+ (\d+)/)?.[1])).toEqual(["300", "300", "320"]);
  });
});
