/** The handshake, seen from a listener and from who connects (RFC 9293 sections 3.5, 3.10.7.2 to 3.10.7.4). */
import { describe, expect, it } from "vitest";
import { ECONNREFUSED, ETIMEDOUT, F_SETFL, O_RDWR, SO_ERROR, SOL_SOCKET } from "../../../../lib/sys";
import { Stage } from "../stage";

describe("a listener", () => {
  const listening = () => {
    const stage = new Stage();
    stage.listens();
    stage.mark();
    return stage;
  };

  it("answers a SYN with what both can do, and the ACK completes it", () => {
    const stage = listening();
    stage.say("S 0:0 win 32792 mss 1000 sackOK wscale 7");
    stage.wait(20);
    stage.say(". 1:1 ack 1 win 257");
    stage.wait(1000);
    expect(stage.heard()).toEqual(["0 S. 0:0 ack 1 win 64240 mss 1460 wscale 10 sackOK"]);
  });

  it("offers timestamps only to who offers them (RFC 7323 3.2)", () => {
    const stage = listening();
    stage.say("S 0:0 win 32792 mss 1000 sackOK ts 100 wscale 7");
    expect(stage.heard()).toEqual(["0 S. 0:0 ack 1 win 65160 mss 1460 wscale 10 sackOK ts 0 100"]);
  });

  it("sends its SYN-ACK again after 1, 2, 4, 8 and 16 s, and has forgotten it 32 s later (tcp_synack_retries)", () => {
    const stage = listening();
    stage.say("S 0:0 win 30000 mss 1000");
    stage.wait(64_000);
    stage.say(". 1:1 ack 1 win 30000");
    expect(stage.heard()).toEqual([
      "0 S. 0:0 ack 1 win 64240 mss 1460",
      "1000 S. 0:0 ack 1 win 64240 mss 1460",
      "3000 S. 0:0 ack 1 win 64240 mss 1460",
      "7000 S. 0:0 ack 1 win 64240 mss 1460",
      "15000 S. 0:0 ack 1 win 64240 mss 1460",
      "31000 S. 0:0 ack 1 win 64240 mss 1460",
      "64000 R 1:1 win 0",
    ]);
  });

  it("answers a SYN that comes again, but not too often, and waits anew", () => {
    const stage = listening();
    for (const pause of [100, 100, 400, 1500]) {
      stage.say("S 0:0 win 30000 mss 1000");
      stage.wait(pause);
    }
    expect(stage.heard()).toEqual([
      "0 S. 0:0 ack 1 win 64240 mss 1460",
      "100 S. 0:0 ack 1 win 64240 mss 1460",
      "600 S. 0:0 ack 1 win 64240 mss 1460",
      "1600 S. 0:0 ack 1 win 64240 mss 1460",
    ]);
  });

  it("resets who acknowledges what it hasn't sent, and goes on waiting (3.10.7.4, fifth check)", () => {
    const stage = listening();
    stage.say("S 0:0 win 30000 mss 1000");
    stage.say(". 1:1 ack 2 win 30000");
    stage.wait(20);
    stage.say(". 1:1 ack 1 win 30000");
    expect(stage.heard()).toEqual(["0 S. 0:0 ack 1 win 64240 mss 1460", "0 R 2:2 win 0"]);
    expect(stage.call((sys) => sys.accept(3))).toBe(4);
  });

  it("tells where it is to who is out of the window: twice a second, and always when data came", () => {
    const stage = listening();
    stage.say("S 0:0 win 30000 mss 1000");
    stage.say(". 100000:100000 ack 1 win 30000");
    stage.wait(50);
    stage.say(". 100000:100000 ack 1 win 30000");
    stage.say(". 100000:100010 ack 1 win 30000");
    expect(stage.heard()).toEqual([
      "0 S. 0:0 ack 1 win 64240 mss 1460",
      "0 . 1:1 ack 1 win 64240",
      "50 . 1:1 ack 1 win 64240",
    ]);
  });

  it("forgets the request for a RST with the very number; another in the window is challenged (RFC 5961 3.2)", () => {
    const stage = listening();
    stage.say("S 0:0 win 30000 mss 1000");
    stage.say("R 100:100 win 0");
    stage.wait(10);
    stage.say("R 1:1 win 0");
    stage.say(". 1:1 ack 1 win 30000");
    expect(stage.heard()).toEqual(["0 S. 0:0 ack 1 win 64240 mss 1460", "0 . 1:1 ack 1 win 64240", "10 R 1:1 win 0"]);
  });

  it("a RST counts by its sequence number alone, whatever it acknowledges", () => {
    const stage = listening();
    stage.say("S 0:0 win 30000 mss 1000");
    stage.say("R. 1:1 ack 7 win 0");
    stage.heard();
    stage.say(". 1:1 ack 1 win 30000");
    expect(stage.heard()).toEqual(["0 R 1:1 win 0"]);
  });

  it("a SYN that comes again with a FIN is the same SYN", () => {
    const stage = listening();
    stage.say("S 0:0 win 30000 mss 1000");
    stage.wait(20);
    stage.say("SF 0:0 win 30000 mss 1000");
    expect(stage.heard().map((line) => line.split(" ")[1])).toEqual(["S.", "S."]);
  });

  it("the ACK must echo a timestamp of the SYN-ACK's", () => {
    const stage = listening();
    stage.say("S 0:0 win 30000 mss 1000 ts 100");
    const stamp = stage.echo();
    stage.wait(20);
    for (const echo of [stamp - 1, stamp + 1]) stage.say(". 1:1 ack 1 win 30000 ts 200", echo);
    expect(
      stage
        .heard()
        .slice(1)
        .map((line) => line.split(" ")[1]),
    ).toEqual(["."]);
    stage.say(". 1:1 ack 1 win 30000 ts 200", stamp);
    expect(stage.call((sys) => sys.accept(3))).toBe(4);
  });

  it("resets a handshake in which another SYN comes", () => {
    const stage = listening();
    stage.say("S 0:0 win 30000 mss 1000");
    stage.say("S. 1:1 ack 1 win 30000");
    stage.wait(10);
    stage.say(". 1:1 ack 1 win 30000");
    expect(stage.heard()).toEqual(["0 S. 0:0 ack 1 win 64240 mss 1460", "0 R 1:1 win 0", "10 R 1:1 win 0"]);
  });

  it("takes data with the ACK that completes the handshake", () => {
    const stage = listening();
    stage.say("S 0:0 win 30000 mss 1000");
    stage.say("P. 1:101 ack 1 win 30000");
    expect(stage.heard()).toEqual(["0 S. 0:0 ack 1 win 64240 mss 1460", "0 . 1:1 ack 101 win 64140"]);
    expect(stage.read(stage.call((sys) => sys.accept(3)) as number)).toBe(100);
  });
});

describe("who connects", () => {
  it("sends a SYN; the SYN-ACK is acknowledged at once", () => {
    const stage = new Stage();
    stage.connects();
    stage.wait(20);
    stage.say("S. 0:0 ack 1 win 32792 mss 1000 sackOK wscale 7");
    expect(stage.heard()).toEqual(["0 S 0:0 win 64240 mss 1460 wscale 10 sackOK ts 0 0", "20 . 1:1 ack 1 win 63"]);
  });

  it("tries eleven times and gives up after 131 s (tcp_syn_retries, tcp_syn_linear_timeouts)", () => {
    const stage = new Stage();
    const fd = stage.connects();
    stage.wait(130_999);
    expect(stage.heard().map((line) => Number(line.split(" ")[0]) / 1000)).toEqual([
      0, 1, 2, 3, 4, 5, 7, 11, 19, 35, 67,
    ]);
    expect(stage.call((sys) => sys.getsockopt(fd, SOL_SOCKET, SO_ERROR))).toBe(0);
    stage.wait(1);
    expect(stage.call((sys) => sys.getsockopt(fd, SOL_SOCKET, SO_ERROR))).toBe(ETIMEDOUT.number);
  });

  it("is refused by a RST that acknowledges its SYN, and by no other (3.10.7.3, second check)", () => {
    const stage = new Stage();
    const fd = stage.connects();
    stage.say("R 0:0 win 0");
    expect(stage.call((sys) => sys.getsockopt(fd, SOL_SOCKET, SO_ERROR))).toBe(0);
    stage.say("R. 0:0 ack 1 win 0");
    expect(stage.call((sys) => sys.getsockopt(fd, SOL_SOCKET, SO_ERROR))).toBe(ECONNREFUSED.number);
  });

  it("resets who acknowledges something else, and sends its SYN again soon (3.10.7.3, first check)", () => {
    const stage = new Stage();
    stage.connects();
    stage.wait(20);
    stage.say("S. 0:0 ack 77 win 1000 mss 1000");
    stage.wait(20);
    stage.say("S. 0:0 ack 1 win 1000 mss 1000");
    expect(stage.heard()).toEqual([
      "0 S 0:0 win 64240 mss 1460 wscale 10 sackOK ts 0 0",
      "20 R 77:77 win 0",
      "28 S 0:0 win 64240 mss 1460 wscale 10 sackOK ts 28 0",
      "40 . 1:1 ack 1 win 64240",
    ]);
  });

  it("at the same time as the peer: a SYN-ACK with all that it offers (3.5, figure 7)", () => {
    const stage = new Stage();
    const fd = stage.connects();
    stage.wait(20);
    stage.say("S 0:0 win 1000 mss 1000 sackOK");
    stage.wait(20);
    stage.say(". 1:1 ack 1 win 1000");
    stage.write(fd, 100);
    expect(stage.heard()).toEqual([
      "0 S 0:0 win 64240 mss 1460 wscale 10 sackOK ts 0 0",
      "20 S. 0:0 ack 1 win 64240 mss 1460 wscale 10 sackOK ts 20 0",
      "40 P. 1:101 ack 1 win 63",
    ]);
  });

  it("and closes before there is an answer: the answer is reset", () => {
    const stage = new Stage();
    const fd = stage.connects();
    stage.call((sys) => sys.close(fd));
    stage.wait(20);
    stage.say("S. 0:0 ack 1 win 1000 mss 1000");
    expect(stage.heard()).toEqual(["0 S 0:0 win 64240 mss 1460 wscale 10 sackOK ts 0 0", "20 R 1:1 win 0"]);
  });

  it("lets the third segment carry what a thread waits to send (sk_write_pending)", () => {
    const stage = new Stage();
    const fd = stage.connects();
    const write = stage.begin(function* (sys) {
      yield* sys.fcntl(fd, F_SETFL, O_RDWR);
      return yield* sys.write(fd, new Uint8Array(11));
    });
    stage.heard();
    stage.say("S. 0:0 ack 1 win 65535 mss 1460");
    stage.wait(100);
    expect(stage.heard()).toEqual(["0 P. 1:12 ack 1 win 64240"]);
    expect(write).toMatchObject({ done: true, result: 11 });
  });
});
