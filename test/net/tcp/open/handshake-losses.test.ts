/** A SYN or a SYN-ACK that was lost: what the connection begins with then (RFC 5681 section 3.1, RFC 6298 sections 3 and 5.7). */
import { describe, expect, it } from "vitest";
import { Stage } from "../stage";

const numbers = (stage: Stage, fd: number) => {
  const { tcpi_rto, tcpi_rtt, tcpi_snd_cwnd, tcpi_total_retrans } = stage.info(fd);
  const milliseconds = (micros: number) => Math.round(micros / 1000);
  return [milliseconds(tcpi_rto), milliseconds(tcpi_rtt), tcpi_snd_cwnd, tcpi_total_retrans];
};

function connected(wait: number, options = "mss 1000 sackOK wscale 3"): number[] {
  const stage = new Stage();
  const fd = stage.connects();
  stage.wait(wait);
  stage.say(`S. 0:0 ack 1 win 5000 ${options}`);
  return numbers(stage, fd);
}

describe("who connects", () => {
  it("no loss: the handshake is the first measurement, and ten segments may leave", () => {
    expect(connected(100)).toEqual([304, 100, 10, 0]);
  });

  it("one: which SYN was answered nobody knows, so the RTO is 3 s", () => {
    expect(connected(1500)).toEqual([3000, 0, 10, 1]);
  });

  it("two: the window begins with one segment", () => {
    expect(connected(2500)).toEqual([3000, 0, 1, 2]);
  });

  it("with timestamps the echo tells which SYN was answered", () => {
    const stamped = connected(2500, "mss 1000 sackOK ts 100 wscale 3");
    expect([stamped[1], stamped[2]]).toEqual([500, 1]);
  });
});

describe("who listens", () => {
  function accepted(wait: number, options = "", syns = 1): number[] {
    const stage = new Stage();
    const listener = stage.listens();
    for (let i = 0; i < syns; i++) stage.say(`S 0:0 win 32792 mss 1000 sackOK wscale 7${options && " ts 100"}`);
    stage.wait(wait);
    stage.say(`. 1:1 ack 1 win 257${options && " ts 200"}`);
    return numbers(stage, stage.call((sys) => sys.accept(listener)) as number);
  }

  it("the same: one SYN-ACK lost, two, and with timestamps", () => {
    expect(accepted(100)).toEqual([300, 100, 10, 0]);
    expect(accepted(1500)).toEqual([3000, 0, 10, 1]);
    expect(accepted(3500)).toEqual([3000, 0, 1, 2]);
    expect(accepted(1500, "ts")).toEqual([1500, 500, 10, 1]);
  });

  it("a SYN that comes twice is answered twice, and that is doubt enough", () => {
    expect(accepted(100, "", 2)).toEqual([3000, 0, 10, 1]);
  });
});
