/**
 * Listening, connecting, accepting: what stream and sequenced-packet sockets have and datagram sockets don't.
 *
 * There is no handshake. connect makes the server's end of the connection itself, joins the two, and puts the new end into the
 * listener's queue. The connection is established from that moment on, whether or not anybody has called accept: the client can
 * send at once. When the queue is full, connect sleeps until accept takes one out.
 *
 * Source: net/unix/af_unix.c (unix_listen, unix_stream_connect, unix_accept).
 */
import type { Sleeping } from "../../kernel/sleep";
import type { Task } from "../../kernel/task";
import { ECONNREFUSED, EINVAL, EISCONN } from "../../sys/errno";
import { MSG_DONTWAIT, type SocketAddress } from "../../sys/socket";
import { RCV_SHUTDOWN } from "../socket/sock";
import { nameIn } from "./names";
import type { UnixSocket } from "./unix-socket";

/** /proc/sys/net/core/somaxconn. */
const SOMAXCONN = 4096;

/** listen(2). Throws EINVAL for a socket without a name, or one that is connected. */
export function listenOn(socket: UnixSocket, backlog: number): void {
  if (socket.boundName === null || socket.state === "ESTABLISHED") throw EINVAL;
  const limit = Math.min(backlog >>> 0, SOMAXCONN);
  const more = limit > socket.maxQueue;
  socket.maxQueue = limit;
  socket.peerPid = callerOf(socket);
  socket.setState("LISTEN");
  socket.reportBacklog();
  if (more) socket.place.wakeAll();
}

/** connect(2). `makeOther` makes the server's end. */
export function* connectTo(
  socket: UnixSocket,
  makeOther: () => UnixSocket,
  task: Task,
  address: SocketAddress,
  nonblocking: boolean,
): Sleeping<void> {
  const name = nameIn(address);
  socket.nameForCredentials();
  const deadline = socket.sendDeadline(nonblocking ? MSG_DONTWAIT : 0);
  let listener = socket.shared.names.find(name, socket.type);
  for (;;) {
    if (listener.state !== "LISTEN" || shutDown(listener)) throw ECONNREFUSED;
    if (!listener.backlogFull) break;
    const full = listener;
    // A signal comes first, whatever else is true by then (unix_wait_for_peer).
    const condition = () => !task.signalPending() && (full.dead || shutDown(full) || !full.backlogFull);
    yield* socket.sleepUntil(task, full.place, condition, deadline, "exclusive");
    listener = socket.shared.names.find(name, socket.type);
  }
  if (socket.state !== "UNCONNECTED") throw socket.state === "ESTABLISHED" ? EISCONN : EINVAL;
  const other = makeOther();
  if (listener.boundName !== null) other.named(listener.boundName);
  joinTogether(socket, other);
  socket.peerPid = listener.peerPid;
  other.peerPid = callerOf(socket);
  listener.pending.add(other);
  listener.reportBacklog();
  listener.wakeForData();
}

/** Whose call is being made, as SO_PEERCRED will tell it (init_peercred). */
export function callerOf({ kernel }: UnixSocket): number {
  return kernel.scheduler.running?.process.pid ?? 0;
}

/** Makes each the other's peer. */
export function joinTogether(first: UnixSocket, second: UnixSocket): void {
  first.setPeer(second, "ESTABLISHED");
  second.setPeer(first, "ESTABLISHED");
}

/** accept(2): the first connection of the queue. */
export function* acceptFrom(listener: UnixSocket, task: Task, nonblocking: boolean): Sleeping<UnixSocket> {
  if (listener.state !== "LISTEN") throw EINVAL;
  const deadline = listener.receiveDeadline(nonblocking ? MSG_DONTWAIT : 0);
  for (;;) {
    listener.throwPendingError();
    const accepted = listener.pending.take();
    if (accepted !== undefined) {
      listener.reportBacklog();
      listener.place.wake();
      return accepted;
    }
    if (shutDown(listener) && !nonblocking) throw EINVAL;
    const condition = () => listener.pending.length > 0 || (shutDown(listener) && !nonblocking);
    yield* listener.sleepUntil(task, listener.data, condition, deadline, "exclusive");
  }
}

function shutDown(listener: UnixSocket): boolean {
  return (listener.shutdownMask & RCV_SHUTDOWN) !== 0;
}
