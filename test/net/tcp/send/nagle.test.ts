/** Small segments: Nagle, TCP_NODELAY, TCP_CORK, MSG_MORE; and how large a segment may be (RFC 9293 sections 3.7.1 and 3.7.4). */
import { describe, expect, it } from "vitest";
import { MSG_MORE, SOL_TCP, TCP_CORK, TCP_MAXSEG, TCP_NODELAY } from "../../../../lib/sys";
import { Stage } from "../stage";

const set = (stage: Stage, fd: number, option: number, value: number) =>
  stage.call((sys) => sys.setsockopt(fd, SOL_TCP, option, value));

describe("small writes", () => {
  it("one may be under way, the next ones wait for its acknowledgement and leave together (3.7.4)", () => {
    const stage = new Stage();
    const fd = stage.accepts();
    for (let i = 0; i < 3; i++) stage.write(fd, 100);
    stage.wait(20);
    stage.say(". 1:1 ack 101 win 257");
    expect(stage.heard()).toEqual(["0 P. 1:101 ack 1 win 63", "20 P. 101:301 ack 1 win 63"]);
  });

  it("behind a full segment one leaves at once: only another small one holds it back (Minshall)", () => {
    const stage = new Stage();
    const fd = stage.accepts();
    stage.write(fd, 1100);
    expect(stage.heard()).toEqual(["0 . 1:1001 ack 1 win 63", "0 P. 1001:1101 ack 1 win 63"]);
  });

  it("TCP_NODELAY: each leaves at once", () => {
    const stage = new Stage();
    const fd = stage.accepts();
    set(stage, fd, TCP_NODELAY, 1);
    for (let i = 0; i < 3; i++) stage.write(fd, 100);
    expect(stage.heard()).toEqual([
      "0 P. 1:101 ack 1 win 63",
      "0 P. 101:201 ack 1 win 63",
      "0 P. 201:301 ack 1 win 63",
    ]);
  });

  it("TCP_CORK: none leaves until a segment is full, the cork is pulled, or 200 ms have passed", () => {
    const stage = new Stage();
    const fd = stage.accepts();
    set(stage, fd, TCP_CORK, 1);
    for (const size of [100, 100, 900]) stage.write(fd, size);
    stage.wait(20);
    stage.say(". 1:1 ack 1001 win 257");
    stage.wait(300);
    stage.say(". 1:1 ack 1101 win 257");
    stage.write(fd, 50);
    set(stage, fd, TCP_CORK, 0);
    expect(stage.heard()).toEqual([
      "0 . 1:1001 ack 1 win 63",
      "244 P. 1001:1101 ack 1 win 63",
      "321 P. 1101:1151 ack 1 win 63",
    ]);
  });

  it("MSG_MORE: a cork for one write", () => {
    const stage = new Stage();
    const fd = stage.accepts();
    stage.call((sys) => sys.send(fd, new Uint8Array(100), MSG_MORE));
    stage.wait(50);
    stage.write(fd, 100);
    expect(stage.heard()).toEqual(["50 P. 1:201 ack 1 win 63"]);
  });

  it("the FIN takes along what still waits", () => {
    const stage = new Stage();
    const fd = stage.accepts();
    stage.write(fd, 100);
    stage.write(fd, 100);
    stage.call((sys) => sys.close(fd));
    expect(stage.heard()).toEqual(["0 P. 1:101 ack 1 win 63", "0 FP. 101:201 ack 1 win 63"]);
  });
});

describe("the MSS", () => {
  it("TCP_MAXSEG before connect: offered, and not exceeded", () => {
    const stage = new Stage();
    const fd = stage.connects((sys, made) => sys.setsockopt(made, SOL_TCP, TCP_MAXSEG, 1100));
    stage.say("S. 0:0 ack 1 win 32792 mss 1460");
    stage.write(fd, 1200);
    expect(stage.heard()).toEqual([
      "0 S 0:0 win 64900 mss 1100 wscale 10 sackOK ts 0 0",
      "0 . 1:1 ack 1 win 64900",
      "0 . 1:1101 ack 1 win 64900",
      "0 P. 1101:1201 ack 1 win 64900",
    ]);
  });

  it("none offered: 536 (3.7.1, MUST-15)", () => {
    const stage = new Stage();
    stage.write(stage.accepts("", 30_000), 1000);
    expect(stage.heard()).toEqual(["0 . 1:537 ack 1 win 64240", "0 P. 537:1001 ack 1 win 64240"]);
  });

  it("never more than half of the largest window that the peer has offered", () => {
    const stage = new Stage();
    stage.write(stage.accepts("mss 1000", 1000), 1000);
    expect(stage.heard()).toEqual(["0 . 1:501 ack 1 win 64240", "0 P. 501:1001 ack 1 win 64240"]);
  });

  it("a shorter path: what is too long is cut and sent again, once (RFC 1191)", () => {
    const stage = new Stage();
    const fd = stage.accepts();
    stage.write(fd, 1000);
    stage.mark();
    stage.tooLong(1, 900);
    expect(stage.heard()).toEqual(["0 . 1:861 ack 1 win 63", "0 P. 861:1001 ack 1 win 63"]);
  });
});
