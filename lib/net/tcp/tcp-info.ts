/**
 * TCP_INFO: what a connection knows about itself; what `ss -ti` prints. Times in microseconds, as Linux gives them.
 *
 * Source: struct tcp_info in include/uapi/linux/tcp.h, tcp_get_info in net/ipv4/tcp.c.
 */
import { MICROSECOND, MILLISECOND } from "../../world/clock";
import { advertisedMss, currentMss } from "./mss";
import { stateNumber } from "./state";
import type { RecoveryState } from "./tcb";
import type { TcpSocket } from "./tcp-socket";

const TCPI_OPT_TIMESTAMPS = 1;
const TCPI_OPT_SACK = 2;
const TCPI_OPT_WSCALE = 4;

const recoveryNumbers: Record<RecoveryState, number> = { Open: 0, Disorder: 1, CWR: 2, Recovery: 3, Loss: 4 };

export function tcpInfo(socket: TcpSocket): Record<string, number> {
  const { tcb, listener } = socket;
  const { snd, rcv, rtt, window, now } = tcb;
  const options =
    (tcb.timestamps ? TCPI_OPT_TIMESTAMPS : 0) |
    (tcb.sackPermitted ? TCPI_OPT_SACK : 0) |
    (tcb.scaling ? TCPI_OPT_WSCALE : 0);
  return {
    tcpi_state: stateNumber(listener === null ? tcb.state : "LISTEN"),
    tcpi_ca_state: recoveryNumbers[tcb.recovery],
    tcpi_retransmits: tcb.retransmits,
    tcpi_probes: tcb.probes,
    tcpi_backoff: tcb.backOff,
    tcpi_options: options,
    tcpi_snd_wscale: snd.scale,
    tcpi_rcv_wscale: tcb.scaling ? rcv.scale : 0,
    tcpi_rto: Math.round(rtt.rto / MICROSECOND),
    tcpi_ato: Math.round(tcb.ato / MICROSECOND),
    tcpi_snd_mss: currentMss(tcb),
    tcpi_rcv_mss: rcv.mss,
    tcpi_unacked: listener === null ? tcb.packetsOut : listener.queues.length,
    tcpi_sacked: listener === null ? tcb.sackedOut : listener.backlog,
    tcpi_lost: tcb.lostOut,
    tcpi_retrans: tcb.retransmittedOut,
    tcpi_last_data_sent: Math.floor((now - tcb.lastSent) / MILLISECOND),
    tcpi_last_data_recv: Math.floor((now - tcb.lastReceived) / MILLISECOND),
    tcpi_last_ack_recv: Math.floor((now - tcb.lastHeard) / MILLISECOND),
    tcpi_pmtu: socket.flow.route?.mtu ?? 0,
    tcpi_rcv_ssthresh: rcv.threshold,
    tcpi_rtt: Math.round(rtt.srtt / MICROSECOND),
    tcpi_rttvar: Math.round(rtt.rttvar / MICROSECOND),
    tcpi_snd_ssthresh: window.ssthresh,
    tcpi_snd_cwnd: window.cwnd,
    tcpi_advmss: advertisedMss(tcb),
    tcpi_reordering: tcb.reordering,
    tcpi_total_retrans: tcb.totalRetransmits,
  };
}
