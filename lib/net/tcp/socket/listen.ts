/**
 * listen(2) and accept(2): a socket becomes a listener, and hands out the connections that its queue holds.
 *
 * Source: net/ipv4/af_inet.c (inet_listen), net/ipv4/inet_connection_sock.c (inet_csk_listen_start, inet_csk_accept).
 */
import type { MaySleep, Sleeping } from "../../../kernel/sleep";
import type { Task } from "../../../kernel/task";
import { EADDRINUSE, EINVAL } from "../../../sys/errno";
import { MSG_DONTWAIT } from "../../../sys/socket";
import { Listener } from "../open/listener";
import type { TcpSocket } from "./tcp-socket";

/** Throws EINVAL for a connection, EADDRINUSE when somebody else listens at this port. A listener's backlog may be changed. */
export function listenOn(socket: TcpSocket, backlog: number): void {
  if (socket.connectState !== "unconnected" || socket.tcb.state !== "CLOSED") throw EINVAL;
  const listener = socket.listener ?? startListening(socket);
  listener.backlog = Math.min(backlog >>> 0, socket.tcp.sysctl.somaxconn);
  socket.backlogChanged();
}

function startListening(socket: TcpSocket): Listener<TcpSocket> {
  socket.ensurePort();
  const listener = new Listener<TcpSocket>(socket.tcp, socket);
  socket.listener = listener;
  if (!socket.tcp.ports.mayListen(socket)) {
    socket.listener = null;
    throw EADDRINUSE;
  }
  // What TCP_QUICKACK has said concerns the connection that it isn't (inet_csk_delack_init).
  socket.tcb.pingPong = false;
  socket.hash();
  socket.reportNames("LISTEN");
  return listener;
}

/** The next connection. Throws EINVAL when it doesn't listen, or stops to while this sleeps. */
export function acceptFrom(socket: TcpSocket, task: Task, nonblocking: boolean): MaySleep<TcpSocket> {
  if (socket.listener === null) throw EINVAL;
  return take(socket.listener) ?? acceptLater(socket, task, nonblocking);
}

function take(listener: Listener<TcpSocket>): TcpSocket | null {
  const accepted = listener.take();
  if (accepted !== null) accepted.attached = true;
  return accepted;
}

function* acceptLater(socket: TcpSocket, task: Task, nonblocking: boolean): Sleeping<TcpSocket> {
  const deadline = socket.receiveDeadline(nonblocking ? MSG_DONTWAIT : 0);
  for (;;) {
    if (socket.listener === null) throw EINVAL;
    const accepted = take(socket.listener);
    if (accepted !== null) return accepted;
    const ready = () => socket.listener === null || socket.listener.queues.length > 0;
    yield* socket.sleepUntil(task, socket.data, ready, deadline, "exclusive");
  }
}

/** For the trace: how many connections wait to be accepted, and how many may. */
export function reportBacklog(socket: TcpSocket): void {
  const { kernel, listener } = socket;
  if (kernel.trace === null || listener === null) return;
  kernel.emit({
    type: "socket.change",
    object: socket.name,
    backlog: listener.queues.length,
    backlogLimit: listener.backlog,
  });
}
