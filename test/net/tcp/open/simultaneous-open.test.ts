/**
 * Both ends connect to each other at the same time (RFC 9293 section 3.5, figure 7), and the program doesn't wait for the end of it. Every
 * expectation was compared with Linux 6.18 over a TUN device.
 */
import { describe, expect, it } from "vitest";
import { SHUT_RDWR, SHUT_WR } from "../../../../lib/sys";
import { Stage } from "../stage";

const SYN = "0 S 0:0 win 64240 mss 1460 wscale 10 sackOK ts 0 0";
const synAck = (at: number, window = 64240) => `${at} S. 0:0 ack 1 win ${window} mss 1460 wscale 10 sackOK ts ${at} 0`;

function bothOpen(after = 50): { stage: Stage; fd: number } {
  const stage = new Stage();
  const fd = stage.connects();
  stage.wait(after);
  stage.say("S 0:0 win 5000 mss 1000");
  return { stage, fd };
}

describe("a simultaneous open", () => {
  it("repeats its SYN-ACK when the SYN would have been repeated: the timer goes on (tcp_rcv_synsent_state_process)", () => {
    const { stage } = bothOpen(500);
    stage.wait(4000);
    expect(stage.heard()).toEqual([SYN, synAck(500), synAck(1000), synAck(3000)]);
  });

  it("counts its SYN as arrived twice (tcpi_delivered in tcp_rcv_state_process)", () => {
    const { stage, fd } = bothOpen();
    stage.say(". 1:1 ack 1 win 5000");
    expect(stage.info(fd)).toMatchObject({ tcpi_state: 1, tcpi_delivered: 2 });
  });

  for (const how of [SHUT_WR, SHUT_RDWR]) {
    it(`puts off the FIN of shutdown(${how}) until it is over (tcp_shutdown, tcp_rcv_state_process)`, () => {
      const { stage, fd } = bothOpen();
      stage.call((sys) => sys.shutdown(fd, how));
      stage.wait(50);
      expect(stage.info(fd).tcpi_state).toBe(3);
      stage.say(". 1:1 ack 1 win 5000");
      expect(stage.heard()).toEqual([SYN, synAck(50), "100 F. 1:1 ack 1 win 63"]);
      expect(stage.info(fd).tcpi_state).toBe(4);
    });
  }

  it("is closed early: the FIN leaves, and it is the SYN-ACK that is sent again (tcp_retransmit_timer)", () => {
    const { stage, fd } = bothOpen();
    stage.call((sys) => sys.close(fd));
    stage.wait(4000);
    expect(stage.heard()).toEqual([
      SYN,
      synAck(50),
      "50 F. 1:1 ack 1 win 63",
      synAck(1000, 64512),
      synAck(3000, 64512),
    ]);
  });

  it("and once that is acknowledged, the FIN, from then on (tcp_rearm_rto)", () => {
    const { stage, fd } = bothOpen();
    stage.call((sys) => sys.close(fd));
    stage.wait(1000);
    stage.say(". 1:1 ack 1 win 5000");
    stage.mark();
    stage.wait(3000);
    stage.say(". 1:1 ack 2 win 5000");
    stage.say("F. 1:1 ack 2 win 5000");
    expect(stage.heard().map((line) => line.split(" ")[1])).toEqual(["F.", "."]);
  });
});

describe("TCP_INFO before there is an answer (tcp_connect_init)", () => {
  it("counts on the least: 536 bytes less timestamps", () => {
    const stage = new Stage();
    const info = stage.info(stage.connects());
    expect(info).toMatchObject({ tcpi_state: 2, tcpi_snd_mss: 524, tcpi_rcv_mss: 88, tcpi_advmss: 1460, tcpi_lost: 0 });
  });

  it("a peer whose window is shut has told its MSS all the same", () => {
    const stage = new Stage();
    const fd = stage.connects();
    stage.say("S. 0:0 ack 1 win 0 mss 1000 sackOK");
    expect(stage.info(fd)).toMatchObject({ tcpi_state: 1, tcpi_snd_mss: 1000, tcpi_advmss: 1460 });
  });

  it("a SYN that was sent again is a loss like any other, until it is answered (tcp_enter_loss)", () => {
    const stage = new Stage();
    const fd = stage.connects();
    stage.wait(1500);
    const lost = { tcpi_ca_state: 4, tcpi_lost: 1, tcpi_retrans: 1, tcpi_snd_ssthresh: 7, tcpi_snd_cwnd: 1 };
    expect(stage.info(fd)).toMatchObject(lost);
    stage.say("S. 0:0 ack 1 win 5000 mss 1000 sackOK");
    expect(stage.info(fd)).toMatchObject({ tcpi_ca_state: 0, tcpi_snd_cwnd: 10, tcpi_snd_ssthresh: 0x7fff_ffff });
  });

  it("without SACK it stays one until data is acknowledged (tcp_is_non_sack_preventing_reopen)", () => {
    const stage = new Stage();
    const fd = stage.connects();
    stage.wait(1500);
    stage.say("S. 0:0 ack 1 win 5000 mss 1000");
    expect(stage.info(fd)).toMatchObject({ tcpi_ca_state: 4, tcpi_snd_cwnd: 10 });
    stage.write(fd, 1000);
    stage.wait(20);
    stage.say(". 1:1 ack 1001 win 5000");
    expect(stage.info(fd).tcpi_ca_state).toBe(0);
  });
});
