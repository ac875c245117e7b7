/** Losses that are noticed in time: SACK, RACK, duplicates, recovery, and taking it back (RFC 8985, RFC 6675, RFC 6582, RFC 9937, RFC 2883). */
import { describe, expect, it } from "vitest";
import { SOL_TCP, TCP_NODELAY } from "../../../../lib/sys";
import { Stage } from "../stage";

const acks = (stage: Stage, ...lines: string[]) => {
  for (const line of lines) {
    stage.say(line);
    stage.wait(5);
  }
};

/** Ten segments have left, and a round trip has passed. */
function flight(options?: string) {
  const stage = new Stage();
  const fd = stage.accepts(options);
  stage.write(fd, 10_000);
  stage.wait(20);
  stage.mark();
  return { stage, fd };
}

describe("with SACK", () => {
  it("what was sent again is lost again when something has arrived that left right behind it (RFC 8985 6.2)", () => {
    const stage = new Stage();
    const fd = stage.accepts();
    stage.write(fd, 20_000);
    stage.wait(20);
    stage.mark();
    stage.say(". 1:1 ack 1 win 257 sack 1001:10001");
    expect(
      stage
        .heard()
        .map((line) => line.split(" ")[2])
        .slice(0, 2),
    ).toEqual(["1:1001", "10001:11001"]);
    stage.wait(20);
    stage.say(". 1:1 ack 1 win 257 sack 1001:11001");
    expect(stage.heard().map((line) => line.split(" ")[2])).toEqual(["1:1001", "16001:17001"]);
  });

  it("what had arrived when it was sent again had only been reordered: a duplicate SACK tells (tcp_sacktag_one)", () => {
    const { stage, fd } = flight();
    stage.say(". 1:1 ack 1 win 257 sack 2001:10001");
    stage.wait(5);
    stage.say(". 1:1 ack 1 win 257 sack 1001:10001");
    expect(stage.info(fd)).toMatchObject({ tcpi_reordering: 3, tcpi_reord_seen: 0 });
    stage.wait(15);
    stage.say(". 1:1 ack 1 win 257 sack 1001:2001 1001:10001");
    expect(stage.info(fd)).toMatchObject({ tcpi_reordering: 9, tcpi_reord_seen: 1, tcpi_dsack_dups: 1 });
  });

  it("what SACK tells and what is acknowledged are each looked at for reordering (tcp_clean_rtx_queue)", () => {
    const { stage, fd } = flight();
    // A hole was filled by what was sent only once …
    acks(stage, ". 1:1 ack 1 win 257 sack 2001:3001", ". 1:1 ack 1001 win 257 sack 2001:3001");
    expect(stage.info(fd)).toMatchObject({ tcpi_reord_seen: 1 });
    acks(stage, ". 1:1 ack 1001 win 257 sack 2001:3001 7001:8001");
    stage.wait(50);
    expect(stage.heard().at(-1)).toContain(". 1001:2001 ");
    // … and something has arrived late; this time the hole was filled by what was sent again.
    acks(stage, ". 1:1 ack 3001 win 257 sack 6001:8001");
    expect(stage.info(fd)).toMatchObject({ tcpi_reord_seen: 2 });
  });

  it("is told by several blocks at once as by one after the other: none of them was reordered (tcp_sacktag_write_queue)", () => {
    const { stage, fd } = flight();
    stage.say(". 1:1 ack 1 win 257 sack 5001:6001 2001:4001");
    expect(stage.heard().map((line) => line.split(" ")[2])).toEqual(["1:1001", "1001:2001", "4001:5001"]);
    expect(stage.info(fd)).toMatchObject({ tcpi_ca_state: 3, tcpi_sacked: 3, tcpi_lost: 3, tcpi_reord_seen: 0 });
  });

  it("three segments arrived behind the gap: it is sent again at once", () => {
    const { stage, fd } = flight();
    acks(
      stage,
      ". 1:1 ack 1 win 257 sack 1001:2001",
      ". 1:1 ack 1 win 257 sack 1001:3001",
      ". 1:1 ack 1 win 257 sack 1001:4001",
    );
    expect(stage.heard()).toEqual(["10 . 1:1001 ack 1 win 63"]);
    expect(stage.info(fd)).toMatchObject({ tcpi_ca_state: 3, tcpi_lost: 1, tcpi_retrans: 1, tcpi_snd_ssthresh: 7 });
    stage.say(". 1:1 ack 10001 win 257");
    expect(stage.info(fd)).toMatchObject({ tcpi_ca_state: 0, tcpi_lost: 0, tcpi_retrans: 0, tcpi_unacked: 0 });
  });

  it("one that tells of three is as good", () => {
    const { stage } = flight();
    acks(stage, ". 1:1 ack 1 win 257 sack 1001:4001");
    expect(stage.heard()).toEqual(["0 . 1:1001 ack 1 win 63"]);
  });

  it("fewer: a quarter of a round trip is waited for what may only be late (RFC 8985 6.2, 6.3)", () => {
    const { stage } = flight();
    stage.say(". 1:1 ack 1 win 257 sack 1001:2001");
    stage.wait(50);
    expect(stage.heard()).toEqual(["8 . 1:1001 ack 1 win 63"]);
  });

  it("what an older acknowledgement tells isn't counted as delivered (tcp_ack, old_ack)", () => {
    const { stage, fd } = flight();
    acks(stage, ". 1:1 ack 1 win 257 sack 1001:4001", ". 1:1 ack 10001 win 257");
    const before = stage.info(fd).tcpi_delivered;
    acks(stage, ". 1:1 ack 9001 win 257 sack 1:1001");
    expect(stage.info(fd)).toMatchObject({ tcpi_delivered: before, tcpi_dsack_dups: 1 });
  });

  it("a segment that is acknowledged in two steps looks reordered, and so the next loss is waited for (tcp_clean_rtx_queue)", () => {
    const stage = new Stage();
    const fd = stage.accepts();
    stage.call((sys) => sys.setsockopt(fd, SOL_TCP, TCP_NODELAY, 1));
    for (let i = 0; i < 6; i++) stage.write(fd, 400);
    stage.wait(20);
    acks(stage, ". 1:1 ack 201 win 257", ". 1:1 ack 401 win 257");
    expect(stage.info(fd).tcpi_reord_seen).toBe(1);
    stage.mark();
    stage.say(". 1:1 ack 401 win 257 sack 801:2401");
    stage.wait(20);
    expect(stage.heard()).toEqual(["8 P. 401:801 ack 1 win 63"]);
  });

  it("limited transmit: new segments for those that have arrived (RFC 3042)", () => {
    const stage = new Stage();
    const fd = stage.accepts();
    stage.write(fd, 12_000);
    stage.wait(20);
    stage.mark();
    acks(stage, ". 1:1 ack 1 win 257 sack 1001:2001");
    expect(stage.heard()).toEqual(["0 . 10001:11001 ack 1 win 63"]);
  });

  it("the window shrinks in proportion while acknowledgements come (RFC 9937)", () => {
    const stage = new Stage();
    const fd = stage.accepts();
    stage.write(fd, 20_000);
    stage.wait(20);
    stage.mark();
    const sacked = (end: number) => `. 1:1 ack 1 win 257 sack 1001:${end}001`;
    acks(stage, ...[4, 5, 6, 7, 8, 9, 10].map(sacked));
    expect(stage.heard()).toEqual([
      "0 . 1:1001 ack 1 win 63",
      "5 . 10001:11001 ack 1 win 63",
      "10 . 11001:12001 ack 1 win 63",
      "15 . 12001:13001 ack 1 win 63",
      "20 . 13001:14001 ack 1 win 63",
      "25 . 14001:15001 ack 1 win 63",
      "30 . 15001:16001 ack 1 win 63",
    ]);
    expect(stage.info(fd)).toMatchObject({ tcpi_snd_ssthresh: 7 });
  });

  it("segments that only overtook each other: more patience from now on, and nothing is sent again", () => {
    const { stage, fd } = flight();
    acks(stage, ". 1:1 ack 1 win 257 sack 2001:3001", ". 1:1 ack 3001 win 257");
    expect(stage.heard()).toEqual([]);
    expect(stage.info(fd)).toMatchObject({ tcpi_ca_state: 0, tcpi_reordering: 3 });
  });

  it("the repetition arrived twice: it was needless, and window and threshold are restored (RFC 3708)", () => {
    const { stage, fd } = flight();
    acks(stage, ". 1:1 ack 1 win 257 sack 1001:4001", ". 1:1 ack 5001 win 257");
    expect(stage.info(fd)).toMatchObject({ tcpi_ca_state: 3, tcpi_snd_ssthresh: 7 });
    acks(stage, ". 1:1 ack 5001 win 257 sack 1:1001");
    expect(stage.info(fd)).toMatchObject({ tcpi_ca_state: 0, tcpi_snd_ssthresh: 0x7fff_ffff, tcpi_snd_cwnd: 10 });
  });
});

describe("without SACK", () => {
  it("three duplicates: sent again; an ACK for a part shows the next gap (RFC 6582 3.2)", () => {
    const { stage, fd } = flight("mss 1000 wscale 7");
    const duplicate = ". 1:1 ack 1 win 257";
    acks(stage, duplicate, duplicate, duplicate, ". 1:1 ack 3001 win 257");
    expect(stage.heard()).toEqual(["10 . 1:1001 ack 1 win 63", "15 . 3001:4001 ack 1 win 63"]);
    stage.say(". 1:1 ack 10001 win 257");
    expect(stage.info(fd)).toMatchObject({ tcpi_unacked: 0, tcpi_snd_ssthresh: 7 });
  });
});

describe("the tail", () => {
  it("two round trips of silence: a probe, and its SACK shows what is missing (RFC 8985 7)", () => {
    const stage = new Stage();
    const fd = stage.accepts();
    stage.write(fd, 5000);
    stage.wait(60);
    stage.say(". 1:1 ack 1 win 257 sack 1001:5001");
    expect(stage.heard()).toEqual([
      "0 . 1:1001 ack 1 win 63",
      "0 P. 1001:2001 ack 1 win 63",
      "0 . 2001:3001 ack 1 win 63",
      "0 P. 3001:4001 ack 1 win 63",
      "0 P. 4001:5001 ack 1 win 63",
      "44 P. 4001:5001 ack 1 win 63",
      "60 . 1:1001 ack 1 win 63",
    ]);
  });

  it("a new segment is the better probe", () => {
    const stage = new Stage();
    const fd = stage.accepts();
    stage.write(fd, 12_000);
    stage.wait(60);
    expect(stage.heard().at(-1)).toBe("44 . 10001:11001 ack 1 win 63");
  });

  it("both arrived: nothing was lost; one of two: the window pays for it", () => {
    for (const [answer, cwnd] of [
      [". 1:1 ack 3001 win 257 sack 2001:3001", 10],
      [". 1:1 ack 4001 win 257", 7],
    ] as const) {
      const stage = new Stage();
      const fd = stage.accepts();
      stage.write(fd, 3000);
      stage.wait(60);
      stage.say(". 1:1 ack 3001 win 257");
      stage.write(fd, 1000);
      stage.wait(20);
      stage.say(answer);
      expect(stage.info(fd).tcpi_snd_cwnd).toBe(cwnd);
    }
  });
});
