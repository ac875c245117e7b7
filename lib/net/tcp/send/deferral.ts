/**
 * A run that could become longer may wait for an acknowledgement that is about to come.
 *
 * More can leave then as one, and one long run is less work than two short ones. It waits only for what is certain and near: something
 * left within the last millisecond, the oldest segment's acknowledgement is due within the next, no loss is being repaired, and neither
 * a whole run nor a third of the window could leave now.
 *
 * Source: tcp_tso_should_defer in net/ipv4/tcp_output.c (Linux 6.18).
 */
import { MILLISECOND } from "../../../world/clock";
import { distance } from "../sequence";
import type { Tcb } from "../tcb";
import type { SendChunk } from "./send-chunk";

/** net.ipv4.tcp_tso_win_divisor: so large a part of the window is always worth sending. */
const WINDOW_DIVISOR = 3;
/** An acknowledgement that is due later than this is not worth waiting for. */
const NEAR = MILLISECOND;
/**
 * When the last segment left longer ago than this, the program writes too rarely to wait for: a millisecond on Linux, less what a real
 * machine needs from one thing that happens to the next.
 */
const RECENT = 0.95 * MILLISECOND;

/** What a run waits for, or that it doesn't wait. */
export type Deferral = "none" | "congestion window" | "peer's window" | "program";

/** Should the run that begins with this chunk wait? As far as the windows are concerned it may leave, `most` bytes long at most. */
export function deferral(tcb: Tcb, chunk: SendChunk, mss: number, most: number): Deferral {
  const { sendQueue, snd, now, inFlight, cwnd, rtt } = tcb;
  if (cwnd <= inFlight || tcb.recovery === "Recovery" || tcb.recovery === "Loss") return "none";
  const first = sendQueue.firstUnacknowledged();
  if (first === undefined || now - tcb.lastSent >= RECENT) return "none";
  // A single segment is no run: whether it waits is for Nagle's algorithm to say.
  const size = bytesAtHand(tcb, chunk, mss, most);
  if (size <= mss) return "none";
  // How many bytes the peer's window and the congestion window leave room for.
  const peers = distance(snd.windowEnd, chunk.seq);
  const ours = (cwnd - inFlight) * mss;
  const limit = Math.min(peers, ours);
  if (limit >= most) return "none";
  // With others behind it, the chunk doesn't grow any more.
  if (!sendQueue.isLast(chunk) && limit >= size) return "none";
  if (limit >= Math.floor(Math.min(snd.wnd, cwnd * mss) / WINDOW_DIVISOR)) return "none";
  // The acknowledgement is expected one round trip after the segment left.
  if (first.sentAt + rtt.srtt - now > Math.min(rtt.srtt / 2, NEAR)) return "none";
  // It waits: for the narrower window if that cuts the run short, or else for the program to write more.
  if (ours < peers && ours <= size) return "congestion window";
  if (ours >= peers && peers <= size) return "peer's window";
  return chunk.fin || chunk.eor ? "none" : "program";
}

/** What would be in one buffer: behind a short chunk the next ones join it (tcp_grow_skb). */
function bytesAtHand({ sendQueue, snd }: Tcb, chunk: SendChunk, mss: number, most: number): number {
  if (chunk.size > mss || chunk.eor || sendQueue.isLast(chunk)) return chunk.size;
  return Math.min(distance(sendQueue.tail, snd.nxt), most);
}
