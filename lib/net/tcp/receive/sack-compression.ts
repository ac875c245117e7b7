/**
 * SACK compression: behind a gap every segment is worth an acknowledgement, but of a fast burst not each is worth a packet of its own.
 *
 * The first three tell the sender that something is missing, at once. After that one acknowledgement a millisecond, or a twentieth of the
 * round trip where that is shorter, tells of all that has come meanwhile. A receiver that doesn't know the round trip yet doesn't wait.
 *
 * Source: __tcp_ack_snd_check and tcp_compressed_ack_kick in Linux; net.ipv4.tcp_comp_sack_nr, tcp_comp_sack_delay_ns. RFC 5681 section
 * 4.2 asks for an immediate acknowledgement of each.
 */
import type { Nanoseconds } from "../../../world/clock";
import { type Seq, toSeq } from "../sequence";
import type { Tcb } from "../tcb";

/** Three duplicates make a loss (TCP_FASTRETRANS_THRESH). */
const AT_ONCE = 3;
/** Part of the round trip that an acknowledgement may wait. */
const PART_OF_ROUND_TRIP = 20;
/** The round trip is kept in eighths of a microsecond. */
const NANOSECONDS = 125;

export class SackCompression {
  /** So many were sent at once since RCV.NXT stood there (dup_ack_counter). */
  private atOnce = 0;
  private at: Seq = toSeq(0);
  /** So many are held back. */
  held = 0;

  /** Something has come behind a gap: how long may its acknowledgement wait? 0: not at all. */
  waits(tcb: Tcb): Nanoseconds {
    const { tcp_comp_sack_nr, tcp_comp_sack_delay_ns } = tcb.host.sysctl;
    if (this.held >= tcp_comp_sack_nr) return 0;
    if (this.at !== tcb.rcv.nxt) {
      this.at = tcb.rcv.nxt;
      this.atOnce = 0;
    }
    if (this.atOnce < AT_ONCE) {
      this.atOnce++;
      return 0;
    }
    const roundTrip = tcb.tuning.roundTrip * NANOSECONDS;
    const { srtt } = tcb.rtt;
    const shorter = srtt > 0 ? Math.min(srtt, roundTrip) : roundTrip;
    return Math.min(tcp_comp_sack_delay_ns, Math.floor(shorter / PART_OF_ROUND_TRIP));
  }
}
