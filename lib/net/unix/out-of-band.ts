/**
 * Out-of-band bytes on a Unix stream: `send` with MSG_OOB puts its last byte into a piece of its own, which reads stop before.
 *
 * As with TCP's urgent data (net/tcp/urgent.ts) one byte is out of band at a time, `recv` with MSG_OOB takes it, a read that begins at
 * it passes it over, and with SO_OOBINLINE it is one of the others. Unlike there, a byte that MSG_OOB has taken leaves its empty piece in
 * the queue: so the mark stays where it was, and what poll says of the queue, too.
 *
 * Source: unix(7), SOCK_STREAM; queue_oob, unix_stream_recv_urg and manage_oob in net/unix/af_unix.c.
 */
import type { Received } from "../../kernel/socket";
import { EINVAL } from "../../sys/errno";
import { MSG_OOB, MSG_PEEK, SO_OOBINLINE } from "../../sys/socket";
import { isOn } from "../socket/remembered-options";
import type { UnixMessage } from "./message";
import type { UnixStream } from "./stream";

const INLINE = [SO_OOBINLINE];

function isInline({ options }: UnixStream): boolean {
  return isOn(INLINE, options.remembered);
}

/** Is nothing left of it but the mark? */
export function isUsedUp({ data, start }: UnixMessage): boolean {
  return start === data.length;
}

/** The piece that follows this one. */
export function following({ queue }: UnixStream, piece: UnixMessage): UnixMessage | undefined {
  let found = false;
  for (const each of queue) {
    if (found) return each;
    found = each === piece;
  }
  return undefined;
}

/**
 * A reader has come to this piece, and has `copied` so many bytes before it: which one is to be read? Undefined: it goes no further, if it
 * has copied anything.
 */
export function pieceToRead(
  socket: UnixStream,
  piece: UnixMessage,
  flags: number,
  copied: number,
): UnixMessage | undefined {
  let next: UnixMessage | undefined = piece;
  const peek = (flags & MSG_PEEK) !== 0;
  if (isUsedUp(piece)) {
    if (copied > 0 && (socket.outOfBand === null || socket.outOfBand === piece)) return undefined;
    next = following(socket, piece);
    if (!peek) socket.removePiece(piece);
  }
  if (next === undefined || next !== socket.outOfBand) return next;
  if (copied > 0) return undefined;
  if (peek) return isInline(socket) ? next : following(socket, next);
  socket.outOfBand = null;
  if (isInline(socket)) return next;
  socket.removePiece(next);
  socket.passedOver++;
  return socket.queue.peek();
}

/** recv(2) with MSG_OOB never sleeps. Throws EINVAL when there is no such byte. */
export function receiveOutOfBand(socket: UnixStream, size: number, into: Uint8Array | null, flags: number): Received {
  const { outOfBand: piece } = socket;
  if (piece === null || isInline(socket)) throw EINVAL;
  const [byte] = piece.data;
  if ((flags & MSG_PEEK) === 0) {
    socket.outOfBand = null;
    const [before] = [...socket.queue].filter((each) => following(socket, each) === piece);
    if (before !== undefined && isUsedUp(before)) socket.removePiece(before);
    socket.useUp(piece);
  }
  const data = into === null ? new Uint8Array(Math.min(size, 1)) : into.subarray(0, 1);
  data.set(size > 0 ? [byte] : []);
  return { data, address: null, flags: MSG_OOB };
}

/** SIOCATMARK: would a read begin at the mark? A connection that waits to be accepted counts as a piece that is used up. */
export function isAtMark(socket: UnixStream): boolean {
  if (socket.pending.length > 0) return true;
  const first = socket.queue.peek();
  // Connections that wait to be accepted stand in the same queue, as empty buffers, and look like a byte that was taken out of band.
  if (first === undefined) return socket.pending.length > 0;
  const { outOfBand } = socket;
  if (first === outOfBand) return true;
  return isUsedUp(first) && (outOfBand === null || following(socket, first) === outOfBand);
}
