/** What a listener answers to what is no SYN, and what happens when its queues are full; listen(2), RFC 9293 section 3.10.7.2. */
import { describe, expect, it } from "vitest";
import { Stage } from "../stage";

describe("segments that begin nothing", () => {
  const strays = [
    ". 1:1 ack 1 win 100",
    "S. 0:0 ack 1 win 100",
    "R 0:0 win 0",
    "R. 0:0 ack 7 win 0",
    "F 1:1 win 0",
    "SF 0:0 win 100",
  ];

  it("to a listener: what acknowledges something is reset, all else ignored, SYN with FIN too", () => {
    const stage = new Stage();
    stage.listens();
    stage.mark();
    for (const line of strays) stage.say(line);
    expect(stage.heard()).toEqual(["0 R 1:1 win 0", "0 R 1:1 win 0"]);
  });

  it("to a port that nobody has: all but a RST is reset, with a number that the sender will believe (3.10.7.1)", () => {
    const stage = new Stage();
    const fd = stage.listens();
    stage.call((sys) => sys.close(fd));
    stage.mark();
    for (const line of [...strays, "P 1:11 win 100"]) stage.say(line);
    expect(stage.heard()).toEqual([
      "0 R 1:1 win 0",
      "0 R 1:1 win 0",
      "0 R. 0:0 ack 2 win 0",
      "0 R. 0:0 ack 2 win 0",
      "0 R. 0:0 ack 11 win 0",
    ]);
  });
});

describe("the backlog", () => {
  const SYN = "S 0:0 win 30000 mss 1000";
  const ACK = ". 1:1 ack 1 win 30000";

  const begin = (stage: Stage, client: number) => {
    stage.be(client);
    stage.say(SYN);
  };
  const complete = (stage: Stage, client: number) => {
    stage.be(client);
    stage.say(ACK);
  };

  /** Of three handshakes the last finds the queue full when it is complete. */
  const full = (stage: Stage): number => {
    const fd = stage.listens(1);
    begin(stage, 0);
    complete(stage, 0);
    for (const client of [1, 2]) begin(stage, client);
    for (const client of [1, 2]) complete(stage, client);
    return fd;
  };

  it("holds one connection more than listen was told; a SYN for which there is no room isn't answered", () => {
    const stage = new Stage();
    const fd = stage.listens(1);
    for (const client of [0, 1, 2]) {
      begin(stage, client);
      complete(stage, client);
    }
    // The third has made up its connection.
    expect(stage.heard().map((line) => line.split(" ")[1])).toEqual(["S.", "S.", "R"]);
    expect([stage.call((sys) => sys.accept(fd)), stage.call((sys) => sys.accept(fd))]).toEqual([4, 5]);
  });

  it("full when the last ACK comes: that is dropped, and the SYN-ACK is sent again until there is room", () => {
    const stage = new Stage();
    const fd = full(stage);
    stage.mark();
    stage.wait(1100);
    expect(stage.heard()).toEqual(["1000 S. 0:0 ack 1 win 64240 mss 1460"]);
    expect(stage.call((sys) => sys.accept(fd))).toBe(4);
    complete(stage, 2);
    expect([stage.call((sys) => sys.accept(fd)), stage.call((sys) => sys.accept(fd))]).toEqual([5, 6]);
  });

  it("the same with net.ipv4.tcp_abort_on_overflow: reset", () => {
    const stage = new Stage({ tcp_abort_on_overflow: 1 });
    full(stage);
    expect(stage.heard().at(-1)).toBe("10 R 1:1 win 0");
  });

  it("connections that nobody has accepted are reset when the listener closes", () => {
    const stage = new Stage();
    const fd = stage.listens(1);
    stage.mark();
    stage.say(SYN);
    stage.say(ACK);
    stage.call((sys) => sys.close(fd));
    expect(stage.heard()).toEqual(["0 S. 0:0 ack 1 win 64240 mss 1460", "0 R. 1:1 ack 1 win 64240"]);
  });

  it("requests are forgotten then: the ACK comes to a port that nobody has", () => {
    const stage = new Stage();
    const fd = stage.listens(1);
    stage.mark();
    stage.say(SYN);
    stage.call((sys) => sys.close(fd));
    stage.say(ACK);
    expect(stage.heard()).toEqual(["0 S. 0:0 ack 1 win 64240 mss 1460", "0 R 1:1 win 0"]);
  });
});
