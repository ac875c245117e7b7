/** Urgent data on the wire: the URG flag and the pointer, in segments that leave and that come (RFC 9293 section 3.8.5, RFC 6093). */
import { describe, expect, it } from "vitest";
import { bytes, MSG_OOB, POLLPRI, SIOCATMARK, SO_OOBINLINE, SOL_SOCKET } from "../../../lib/sys";
import { Stage } from "./stage";

describe("marking what is sent", () => {
  it("the pointer tells the byte behind the urgent one (RFC 6093 section 3.1)", () => {
    const stage = new Stage();
    const fd = stage.accepts();
    stage.call((sys) => sys.send(fd, bytes("abc"), MSG_OOB));
    expect(stage.heard()).toEqual(["0 P.U 1:4 ack 1 win 63 urg 3"]);
  });

  it("until it is acknowledged, Nagle holds nothing back, and what comes behind it isn't urgent", () => {
    const stage = new Stage();
    const fd = stage.accepts();
    stage.call((sys) => sys.send(fd, bytes("!"), MSG_OOB));
    stage.write(fd, 100);
    stage.say(". 1:1 ack 2 win 257");
    stage.write(fd, 100);
    expect(stage.heard()).toEqual(["0 P.U 1:2 ack 1 win 63 urg 1", "0 P. 2:102 ack 1 win 63"]);
  });

  it("every segment before the mark has the flag, and one that is sent again too", () => {
    const stage = new Stage();
    const fd = stage.accepts();
    stage.call((sys) => sys.send(fd, new Uint8Array(2500), MSG_OOB));
    stage.wait(10);
    stage.say(". 1:1 ack 1001 win 257");
    stage.wait(150);
    expect(stage.heard().map((line) => line.split(" ").slice(1).join(" "))).toEqual([
      ".U 1:1001 ack 1 win 63 urg 2500",
      ".U 1001:2001 ack 1 win 63 urg 1500",
      "P.U 2001:2501 ack 1 win 63 urg 500",
      "P.U 2001:2501 ack 1 win 63 urg 500",
    ]);
  });

  it("a shut window keeps the byte back, not the news of it", () => {
    const stage = new Stage();
    const fd = stage.accepts("mss 1000 sackOK wscale 7", 0);
    stage.write(fd, 100);
    stage.call((sys) => sys.send(fd, bytes("!"), MSG_OOB));
    stage.say("P. 1:11 ack 1 win 0");
    stage.wait(300);
    expect(stage.heard().map((line) => line.split(" ").slice(1).join(" "))).toEqual([
      ".U 1:1 ack 11 win 63 urg 101",
      ".U 1:1 ack 11 win 63 urg 101",
      ".U 0:0 ack 11 win 63 urg 102",
    ]);
  });
});

describe("a mark that comes", () => {
  const atMark = (stage: Stage, fd: number) => stage.call((sys) => sys.ioctl(fd, SIOCATMARK));
  const urgentByte = (stage: Stage, fd: number) => {
    const byte = stage.call((sys) => sys.recv(fd, 1, MSG_OOB));
    return byte instanceof Uint8Array ? byte.length : byte;
  };

  it("counts from the segment's number, less one; read up to there, the program stands at it", () => {
    const stage = new Stage();
    const fd = stage.accepts();
    stage.say("P.U 1:11 ack 1 win 257 urg 5");
    expect([stage.read(fd), atMark(stage, fd), urgentByte(stage, fd), stage.read(fd)]).toEqual([4, 1, 1, 5]);
  });

  it("with tcp_stdurg it points to the byte itself", () => {
    const stage = new Stage({ tcp_stdurg: 1 });
    const fd = stage.accepts();
    stage.say("P.U 1:11 ack 1 win 257 urg 5");
    expect([stage.read(fd), stage.read(fd)]).toEqual([5, 4]);
  });

  it("may be announced before its byte: EAGAIN until that comes", () => {
    const stage = new Stage();
    const fd = stage.accepts();
    stage.say(".U 1:1 ack 1 win 257 urg 3");
    expect([urgentByte(stage, fd), stage.read(fd)]).toEqual(["EAGAIN", "EAGAIN"]);
    stage.say("P. 1:6 ack 1 win 257");
    expect(stage.call((sys) => sys.poll([{ fd, events: POLLPRI }], 0))).toBe(1);
    expect([urgentByte(stage, fd), stage.read(fd), stage.read(fd)]).toEqual([1, 2, 2]);
  });

  it("one that points to what was received or read already is none; an older one doesn't replace a newer", () => {
    const stage = new Stage();
    const fd = stage.accepts();
    stage.say("P. 1:11 ack 1 win 257");
    stage.say("P.U 5:11 ack 1 win 257 urg 3");
    expect([urgentByte(stage, fd), stage.read(fd)]).toEqual(["EINVAL", 10]);
    stage.say("P.U 11:21 ack 1 win 257 urg 15");
    stage.say("P.U 21:31 ack 1 win 257 urg 2");
    expect([stage.read(fd), urgentByte(stage, fd), stage.read(fd)]).toEqual([14, 1, 5]);
  });

  it("inline, it only divides the stream", () => {
    const stage = new Stage();
    const fd = stage.accepts();
    stage.call((sys) => sys.setsockopt(fd, SOL_SOCKET, SO_OOBINLINE, 1));
    stage.say("P.U 1:11 ack 1 win 257 urg 5");
    expect([stage.read(fd), stage.read(fd)]).toEqual([4, 6]);
  });
});
