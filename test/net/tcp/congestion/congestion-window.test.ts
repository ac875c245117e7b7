/** How the congestion window grows and shrinks, as TCP_INFO shows it (RFC 5681, RFC 6928, RFC 7661, RFC 9438). */
import { expect, it } from "vitest";
import { Stage } from "../stage";

const window = (stage: Stage, fd: number) => stage.info(fd).tcpi_snd_cwnd;

it("slow start: ten segments, then one more for each that is acknowledged", () => {
  const stage = new Stage();
  const fd = stage.accepts();
  stage.write(fd, 40_000);
  expect(stage.info(fd)).toMatchObject({ tcpi_snd_cwnd: 10, tcpi_unacked: 10 });
  stage.wait(20);
  const seen: (number | undefined)[] = [];
  for (const ack of [2001, 4001, 10_001]) {
    stage.say(`. 1:1 ack ${ack} win 257`);
    seen.push(window(stage, fd));
    stage.wait(5);
  }
  expect(seen).toEqual([12, 14, 20]);
});

it("not filled, it doesn't grow beyond twice of what was used (RFC 7661)", () => {
  const stage = new Stage();
  const fd = stage.accepts();
  for (let i = 0; i < 5; i++) {
    stage.write(fd, 3000);
    stage.wait(20);
    stage.say(`. 1:1 ack ${3001 + 3000 * i} win 257`);
  }
  expect(window(stage, fd)).toBe(10);
});

it("after an idle time it falls back, by half for each timeout that has passed (RFC 5681 4.1)", () => {
  const stage = new Stage();
  const fd = stage.accepts();
  stage.write(fd, 10_000);
  stage.wait(20);
  stage.say(". 1:1 ack 10001 win 257");
  stage.write(fd, 20_000);
  stage.wait(20);
  stage.say(". 1:1 ack 30001 win 257");
  expect(window(stage, fd)).toBe(40);
  stage.wait(500);
  stage.write(fd, 1000);
  expect(window(stage, fd)).toBe(10);
});

it("net.ipv4.tcp_slow_start_after_idle = 0: it doesn't", () => {
  const stage = new Stage({ tcp_slow_start_after_idle: 0 });
  const fd = stage.accepts();
  stage.write(fd, 10_000);
  stage.wait(20);
  stage.say(". 1:1 ack 10001 win 257");
  stage.wait(5000);
  stage.write(fd, 1000);
  expect(window(stage, fd)).toBe(20);
});

it("HyStart: round trips become longer, and slow start ends before anything is lost", () => {
  const stage = new Stage();
  const fd = stage.accepts("mss 1000 sackOK wscale 7", 514);
  stage.write(fd, 60_000);
  for (let ack = 1001; ack < 40_001; ack += 1000) {
    stage.wait(10);
    stage.say(`. 1:1 ack ${ack} win 514`);
  }
  const info = stage.info(fd);
  expect(info.tcpi_snd_ssthresh).toBeLessThan(40);
  expect(info.tcpi_total_retrans).toBe(0);
});

it("TCP_INFO tells what was waited for: the peer's window, in the time that there was something to send", () => {
  const stage = new Stage();
  const fd = stage.accepts("mss 1000", 0);
  expect(stage.info(fd)).toMatchObject({ tcpi_busy_time: 0, tcpi_rwnd_limited: 0 });
  stage.write(fd, 1000);
  stage.wait(100);
  stage.say(". 1:1 ack 1 win 2000");
  stage.wait(32);
  stage.say(". 1:1 ack 1001 win 2000");
  stage.wait(1000);
  const { tcpi_busy_time, tcpi_rwnd_limited } = stage.info(fd);
  expect([tcpi_busy_time, tcpi_rwnd_limited].map((time) => Math.round(time / 1000))).toEqual([132, 100]);
});
