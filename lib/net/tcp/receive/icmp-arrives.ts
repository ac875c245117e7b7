/**
 * ICMP tells that one of our segments couldn't be delivered.
 *
 * While the handshake is under way that ends it. Later it is only a hint: routers err, and routes heal; it becomes the reason if the
 * connection times out. "Fragmentation needed" is neither: segments become smaller.
 *
 * Source: RFC 1122 section 4.2.3.9, RFC 5927, RFC 1191; tcp_v4_err, tcp_simple_retransmit in Linux.
 */
import type { IcmpError } from "../../ip/transport";
import { fail } from "../close/abort";
import { currentMss, mssOfMtu } from "../send/mss";
import { shrinkUnacknowledged } from "../send/path-mtu";
import { after, before, toSeq } from "../sequence";
import type { TcpSocket } from "../socket/tcp-socket";
import { isOpening } from "../state";

/** `number` is the sequence number of the segment that the error is about (tcp_v4_err). */
export function icmpArrives(socket: TcpSocket, error: IcmpError, number: number): void {
  const { tcb } = socket;
  const seq = toSeq(number);
  if (tcb.state === "CLOSED" || socket.listening) return;
  // RFC 5927 4.1: a number that isn't under way is from somebody who guesses.
  if (before(seq, tcb.snd.una) || after(seq, tcb.snd.nxt)) return;
  if (error.mtu > 0) {
    socket.network.routing.learnPathMtu(socket.remote, error.mtu);
    tcb.snd.mss = Math.min(tcb.snd.mss, mssOfMtu(error.mtu));
    shrinkUnacknowledged(tcb, currentMss(tcb));
    return;
  }
  if (isOpening(tcb.state)) fail(tcb, error.error);
  else tcb.owner.softError = error.error;
}
