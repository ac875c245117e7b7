/**
 * The two sequence spaces of a connection: what we send, and what the peer sends.
 *
 *     SND.UNA: oldest byte not acknowledged       RCV.NXT: next byte expected
 *     SND.NXT: next byte to be sent               RCV.WND: how many from there on may come
 *     SND.WND: how many from SND.UNA on may go
 *
 * Source: RFC 9293 section 3.3.1; struct tcp_sock in include/linux/tcp.h.
 */
import { FIRST_PAYLOAD_SHARE, LARGEST_WINDOW } from "./receive/receive-window";
import { add, type Seq, toSeq } from "./sequence";

/** What we send. */
export class SendSequence {
  /** SND.UNA: the oldest number that isn't acknowledged. */
  una: Seq = toSeq(0);
  /** SND.NXT: the next number to be sent. */
  nxt: Seq = toSeq(0);
  /** SND.WND: the peer's window in bytes, counted from SND.UNA. */
  wnd = 0;
  /** The number behind the last one that may be sent (tcp_wnd_end). */
  get windowEnd(): Seq {
    return add(this.una, this.wnd);
  }
  /** SND.WL1: the number of the segment that brought this window. */
  wl1: Seq = toSeq(0);
  /** ISS: our SYN's number. */
  iss: Seq = toSeq(0);
  /** From here on acknowledged bytes are counted (bytes_acked): of a connection that was accepted, the SYN doesn't count. */
  countedFrom: Seq = toSeq(0);
  /** Snd.Wind.Shift: how many bits the windows that we receive are shifted to the left (RFC 7323). */
  scale = 0;
  /** The largest window that the peer ever offered, in bytes (max_window). */
  maxWnd = 0;
  /** End of the last segment that was smaller than the MSS (Minshall's variant of Nagle; snd_sml). */
  small: Seq = toSeq(0);
  /** End of what was marked to be handed to the peer's program at once (pushed_seq). */
  pushed: Seq = toSeq(0);
  /** SND.NXT when a window of round-trip times was over last (rtt_seq). */
  measuredUpTo: Seq = toSeq(0);
  /** The largest payload that the peer and the path take, in bytes; options take their part of it (rx_opt.mss_clamp). */
  mss = 536;
}

/** What the peer sends. */
export class ReceiveSequence {
  /** RCV.NXT: the next number that is expected. */
  nxt: Seq = toSeq(0);
  /** RCV.WND in bytes, as it was advertised last. */
  wnd = 0;
  /** RCV.NXT when it was: what has come since isn't acknowledged (rcv_wup). */
  wup: Seq = toSeq(0);
  /** IRS: the number of the peer's SYN. */
  irs: Seq = toSeq(0);
  /** Rcv.Wind.Shift: how many bits the windows that we send are shifted to the right (RFC 7323). */
  scale = 0;
  /** How large a window we are ready to offer at present, in bytes; grows as segments arrive (rcv_ssthresh). */
  threshold = 0;
  /** No window larger than this is offered, in bytes (window_clamp). */
  clamp = LARGEST_WINDOW;
  /** The payload of the largest segment seen lately, in bytes: what counts as full-sized (rcv_mss). */
  mss = 536;
  /** The payload of the last smaller one, in bytes (icsk_ack.last_seg_size). */
  lastSize = 0;
  /** The MSS that we have told the peer, in bytes; less the timestamps it is advmss. */
  offeredMss = 536;
  /** Where the peer's FIN stands, once it is known; it counts when all before it has arrived. */
  fin: Seq | null = null;
  /** The program has read up to the FIN. */
  finRead = false;
  /** Of 256 bytes of memory, so many are expected to be payload (scaling_ratio). */
  payloadShare = FIRST_PAYLOAD_SHARE;
  /** Memory of what waits ahead of a gap, in bytes. */
  memoryAhead = 0;
  /** A segment had to be dropped since the last acknowledgement, for want of memory (ICSK_ACK_NOMEM). */
  noMemory = false;
}
