/** A run that could become longer waits for an acknowledgement that is about to come (tcp_tso_should_defer). Compared with Linux 6.18. */
import { describe, expect, it } from "vitest";
import { Stage } from "../stage";

/** Ten of twenty segments have left. So many milliseconds later two segments arrive behind a gap, at once. */
function limitedTransmit(after: number, apart = 0): { stage: Stage; lines: string[] } {
  const stage = new Stage();
  const fd = stage.accepts();
  stage.write(fd, 20_000);
  stage.mark();
  stage.wait(after);
  stage.say(". 1:1 ack 1 win 257 sack 1001:2001");
  stage.wait(apart);
  stage.say(". 1:1 ack 1 win 257 sack 1001:3001");
  return { stage, lines: stage.heard().map((line) => line.split(" ")[2]) };
}

describe("one segment more may leave for each that has arrived (RFC 3042)", () => {
  it("and does, while the acknowledgement of the oldest is a while away", () => {
    expect(limitedTransmit(10).lines).toEqual(["10001:11001", "11001:12001"]);
  });

  it("when that is due within a millisecond, the second waits for company", () => {
    const { stage, lines } = limitedTransmit(20);
    expect(lines).toEqual(["10001:11001"]);
    stage.say(". 1:1 ack 3001 win 257");
    expect(stage.heard()[0].split(" ")[2]).toBe("11001:12001");
  });

  it("but not where nothing has left for a millisecond", () => {
    expect(limitedTransmit(20, 1.5).lines).toEqual(["10001:11001", "11001:12001"]);
  });
});

describe("the edge of the peer's window", () => {
  const flight = (window: number) => {
    const stage = new Stage();
    const fd = stage.accepts("mss 1000", 5000);
    stage.write(fd, 10_000);
    stage.wait(20);
    stage.mark();
    stage.say(`. 1:1 ack 2001 win ${window}`);
    return stage.heard().map((line) => line.split(" ")[2]);
  };

  it("two segments fit: both leave", () => {
    expect(flight(5000)).toEqual(["5001:6001", "6001:7001"]);
  });

  it("a third would be alone, and waits", () => {
    expect(flight(6000)).toEqual(["5001:6001", "6001:7001"]);
  });
});

describe("in the middle of a write (tcp_push_one)", () => {
  it("a run leaves as far as the peer's window goes, with the part of a segment that fits", () => {
    const stage = new Stage();
    const fd = stage.accepts("mss 536 sackOK", 3000);
    stage.write(fd, 20_000);
    expect(stage.heard().at(-1)).toBe("0 P. 2681:3001 ack 1 win 64240");
  });
});

it("what a reset connection had never sent is told, and its back-off is forgotten (tcp_write_queue_purge)", () => {
  const stage = new Stage();
  const fd = stage.accepts("mss 1000", 3000);
  stage.write(fd, 10_000);
  stage.wait(1000);
  expect(stage.info(fd).tcpi_backoff).toBe(2);
  stage.say("R. 1:1 ack 1 win 0");
  expect(stage.info(fd)).toMatchObject({ tcpi_state: 7, tcpi_notsent_bytes: 7000, tcpi_backoff: 0 });
});
