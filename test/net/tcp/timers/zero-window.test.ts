/** A window that is shut: who sends asks, who receives answers (RFC 9293 sections 3.8.6.1 and 3.8.6.2). */
import { describe, expect, it } from "vitest";
import { Stage } from "../stage";

/** 2,000 bytes have left, which fill our window; 3,000 wait. */
function filled() {
  const stage = new Stage();
  const fd = stage.accepts("mss 1000", 2000);
  stage.write(fd, 5000);
  stage.wait(50);
  stage.mark();
  return { stage, fd };
}

describe("the peer's window is shut", () => {
  it("it is asked with a number before the window, at intervals that double (3.8.6.1, SHLD-30)", () => {
    const { stage } = filled();
    stage.say(". 1:1 ack 2001 win 0");
    stage.wait(2000);
    expect(stage.heard()).toEqual([
      "224 . 2000:2000 ack 1 win 64240",
      "672 . 2000:2000 ack 1 win 64240",
      "1568 . 2000:2000 ack 1 win 64240",
    ]);
  });

  it("each answer counts: the peer may keep it shut for as long as it likes", () => {
    const { stage, fd } = filled();
    stage.say(". 1:1 ack 2001 win 0");
    for (let i = 0; i < 60; i++) {
      stage.wait(60_000);
      stage.say(". 1:1 ack 2001 win 0");
    }
    expect(stage.info(fd)).toMatchObject({ tcpi_state: 1, tcpi_probes: 0 });
  });

  it("it opens: what waited leaves", () => {
    const { stage } = filled();
    stage.say(". 1:1 ack 2001 win 0");
    stage.wait(300);
    stage.mark();
    stage.say(". 1:1 ack 2001 win 2000");
    expect(stage.heard()).toEqual(["0 . 2001:3001 ack 1 win 64240", "0 P. 3001:4001 ack 1 win 64240"]);
  });

  it("there is room for a part: it is used when the probe is due, not before (3.8.6.2.1)", () => {
    const { stage } = filled();
    stage.say(". 1:1 ack 2001 win 500");
    stage.wait(300);
    expect(stage.heard()).toEqual(["224 P. 2001:2501 ack 1 win 64240"]);
  });

  it("it was taken back: what is under way is sent again as a probe", () => {
    const { stage } = filled();
    stage.say(". 1:1 ack 1 win 0");
    stage.wait(700);
    expect(stage.heard()).toEqual(["170 . 1:1001 ack 1 win 64240", "610 . 1:1001 ack 1 win 64240"]);
  });

  it("from the beginning: the first data waits", () => {
    const stage = new Stage();
    const fd = stage.accepts("mss 1000", 0);
    stage.write(fd, 100);
    stage.wait(300);
    expect(stage.heard()).toEqual(["220 . 0:0 ack 1 win 64240"]);
    stage.mark();
    stage.say(". 1:1 ack 1 win 1000");
    expect(stage.heard()).toEqual(["0 P. 1:101 ack 1 win 64240"]);
  });
});

describe("ours is nearly shut", () => {
  it("what goes beyond it isn't taken while other data waits to be read, and is answered each time", () => {
    const stage = new Stage({ tcp_rmem: [4096, 20_000, 20_000] });
    const fd = stage.accepts("mss 1000");
    for (let at = 1; at < 8001; at += 1000) {
      stage.say(`. ${at}:${at + 1000} ack 1 win 257`);
      stage.wait(50);
    }
    expect(stage.heard().at(-1)).toMatch(/ack 8001 win 760$/);
    stage.mark();
    for (let i = 0; i < 2; i++) stage.say(". 8001:9001 ack 1 win 257");
    expect(stage.heard()).toEqual(["0 . 1:1 ack 8001 win 760", "0 . 1:1 ack 8001 win 760"]);
    expect(stage.read(fd)).toBe(8000);
    expect(stage.heard()).toEqual(["0 . 1:1 ack 8001 win 8000"]);
  });
});

it("data that tells nothing new of the window doesn't put the probe off (header prediction)", () => {
  const stage = new Stage();
  const fd = stage.accepts();
  stage.write(fd, 1000);
  stage.wait(20);
  stage.say(". 1:1 ack 1001 win 0");
  stage.write(fd, 100);
  stage.mark();
  stage.wait(100);
  stage.say("P. 1:101 ack 1001 win 0");
  stage.wait(200);
  expect(stage.heard().map((line) => line.split(" ")[0])).toEqual(["100", "224"]);
});

it("what was cut small for a small window leaves in full segments when the window is large", () => {
  const stage = new Stage();
  const fd = stage.accepts(undefined, 8);
  stage.write(fd, 3000);
  stage.say(". 1:1 ack 1025 win 0");
  stage.mark();
  stage.heard();
  stage.say(". 1:1 ack 1025 win 50");
  expect(stage.heard().map((line) => line.split(" ")[2])).toEqual(["1025:2025", "2025:3001"]);
});
