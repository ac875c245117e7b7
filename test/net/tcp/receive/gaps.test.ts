/**
 * What a gap in what arrives means for all that this end does meanwhile. Found with random segments, fed to Linux 6.18 through a TUN
 * device and to the model.
 */
import { describe, expect, it } from "vitest";
import { SO_ERROR, SOL_SOCKET } from "../../../../lib/sys";
import { Stage } from "../stage";

const words = (stage: Stage) => stage.heard().map((line) => line.split(" ").slice(1).join(" "));

describe("while something is missing", () => {
  it("SACK blocks take their bytes from the data of every segment (tcp_current_mss)", () => {
    const stage = new Stage();
    const fd = stage.accepts();
    stage.say("P. 501:601 ack 1 win 257");
    stage.say("P. 801:901 ack 1 win 257");
    stage.heard();
    stage.write(fd, 2000);
    expect(words(stage).map((line) => line.split(" ")[1])).toEqual(["1:981", "981:1961", "1961:2001"]);
    expect(stage.info(fd).tcpi_snd_mss).toBe(1000);
  });

  it("a RST tells of what has come, too (tcp_send_active_reset)", () => {
    const stage = new Stage();
    const fd = stage.accepts();
    stage.say("P. 1:101 ack 1 win 257");
    stage.say("P. 201:301 ack 1 win 257");
    stage.heard();
    stage.call((sys) => sys.close(fd));
    expect(words(stage)).toEqual(["R. 1:1 ack 101 win 63 sack 201:301"]);
  });
});

describe("the peer's FIN ahead of a gap", () => {
  for (const [size, block] of [
    [0, "6:7"],
    [11, "6:18"],
  ] as const) {
    it(`is told by SACK, and as a duplicate when it comes again, behind ${size} bytes (tcp_data_queue_ofo)`, () => {
      const stage = new Stage();
      stage.accepts("mss 1460 sackOK", 65_535);
      for (let i = 0; i < 2; i++) stage.say(`F. 6:${6 + size} ack 1 win 65535`);
      expect(words(stage)).toEqual([
        expect.stringMatching(`ack 1 win 64240 sack ${block}$`),
        expect.stringMatching(`ack 1 win 64240 sack ${block} ${block}$`),
      ]);
    });
  }
});

describe("the peer's FIN is the end", () => {
  it("what has come beyond it is thrown away (tcp_fin)", () => {
    const stage = new Stage();
    const fd = stage.accepts();
    stage.say("P. 501:601 ack 1 win 257");
    stage.say("F. 1:1 ack 1 win 257");
    stage.heard();
    stage.write(fd, 100);
    expect(words(stage)).toEqual(["P. 1:101 ack 2 win 63"]);
    expect(stage.read(fd)).toBe(0);
  });

  it("a segment that begins before it and goes beyond is answered with a RST (tcp_rcv_state_process)", () => {
    const stage = new Stage();
    const fd = stage.accepts();
    stage.say("P. 1:101 ack 1 win 257");
    stage.say("F. 101:101 ack 1 win 257");
    stage.heard();
    stage.say("P. 51:151 ack 1 win 257");
    expect(words(stage)).toEqual(["R 1:1 win 0"]);
    expect(stage.call((sys) => sys.getsockopt(fd, SOL_SOCKET, SO_ERROR))).toBe(32);
  });

  it("one that begins where it was is only acknowledged", () => {
    const stage = new Stage();
    stage.accepts();
    stage.say("F. 1:1 ack 1 win 257");
    stage.heard();
    stage.say("P. 2:102 ack 1 win 257");
    expect(words(stage)).not.toContain("R 1:1 win 0");
  });
});

it("without SACK, more duplicates than segments could cause: those had been reordered (tcp_check_reno_reordering)", () => {
  const stage = new Stage();
  const fd = stage.accepts("mss 1000 wscale 7");
  stage.write(fd, 2000);
  stage.wait(20);
  for (let i = 0; i < 2; i++) stage.say(". 1:1 ack 1 win 257");
  expect(stage.info(fd)).toMatchObject({ tcpi_reordering: 2, tcpi_reord_seen: 1, tcpi_sacked: 1 });
});
