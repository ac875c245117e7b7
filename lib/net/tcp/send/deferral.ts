/**
 * A run that could become longer may wait for an acknowledgement that is about to come.
 *
 * More can leave then as one, and one long run is less work than two short ones. It waits only for what is certain and near: something left within the last millisecond, the oldest segment's acknowledgement is due
 * within the next, no loss is being repaired, and neither a whole run nor a third of the window could leave now.
 *
 * Source: tcp_tso_should_defer in net/ipv4/tcp_output.c (Linux 6.18).
 */
import { MILLISECOND } from "../../../world/clock";
import { add, distance } from "../sequence";
import type { Tcb } from "../tcb";
import type { SendChunk } from "./send-chunk";

/** net.ipv4.tcp_tso_win_divisor: so large a part of the window is always worth sending. */
const WINDOW_DIVISOR = 3;
const NEAR = MILLISECOND;
/** The same, less what a real machine needs from one thing that happens to the next. */
const RECENT = 0.95 * MILLISECOND;

/** What a run waits for, or that it doesn't wait. */
export type Deferral = "none" | "congestion window" | "peer's window" | "program";

/** May the run that begins with this chunk wait? It would have `most` bytes at most, and may leave as far as the windows are concerned. */
export function deferral(tcb: Tcb, chunk: SendChunk, mss: number, most: number): Deferral {
  const { sendQueue, snd, now, inFlight, cwnd, rtt } = tcb;
  if (cwnd <= inFlight || tcb.recovery === "Recovery" || tcb.recovery === "Loss") return "none";
  const first = sendQueue.firstUnacknowledged();
  if (first === undefined || now - tcb.lastSent >= RECENT) return "none";
  const size = bytesAtHand(tcb, chunk, mss, most);
  if (size <= mss) return "none";
  const peers = distance(add(snd.una, snd.wnd), chunk.seq);
  const ours = (cwnd - inFlight) * mss;
  const limit = Math.min(peers, ours);
  if (limit >= most) return "none";
  if (!sendQueue.isLast(chunk) && limit >= size) return "none";
  if (limit >= Math.floor(Math.min(snd.wnd, cwnd * mss) / WINDOW_DIVISOR)) return "none";
  if (first.sentAt + rtt.srtt - now > Math.min(rtt.srtt / 2, NEAR)) return "none";
  if (ours < peers && ours <= size) return "congestion window";
  if (ours >= peers && peers <= size) return "peer's window";
  return chunk.fin || chunk.eor ? "none" : "program";
}

/** What would be in one buffer: behind a short chunk the next ones join it (tcp_grow_skb). */
function bytesAtHand({ sendQueue, snd }: Tcb, chunk: SendChunk, mss: number, most: number): number {
  if (chunk.size > mss || chunk.eor || sendQueue.isLast(chunk)) return chunk.size;
  return Math.min(distance(sendQueue.tail, snd.nxt), most);
}
