/**
 * connect(2) on a TCP socket: chooses addresses and port, begins the handshake, and sleeps until it has ended.
 *
 * A nonblocking socket doesn't sleep: EINPROGRESS, and EALREADY to whoever asks again too soon. When it is writable, SO_ERROR tells how
 * it went.
 *
 * Source: connect(2), net/ipv4/af_inet.c (__inet_stream_connect, inet_wait_for_connect), tcp_v4_connect, tcp_disconnect.
 */
import type { MaySleep, Sleeping } from "../../../kernel/sleep";
import type { Task } from "../../../kernel/task";
import {
  EADDRNOTAVAIL,
  EAGAIN,
  EALREADY,
  ECONNABORTED,
  ECONNRESET,
  EINPROGRESS,
  EINVAL,
  EISCONN,
  ENETUNREACH,
  EPIPE,
  type Errno,
} from "../../../sys/errno";
import { AF_UNSPEC, type SocketAddress } from "../../../sys/socket";
import { IPV4_ANY } from "../../addresses";
import { type Endpoint, endpointIn } from "../../inet/inet-sock";
import { finishQuietly, needsReset, sendReset } from "../close/abort";
import { TimeWait } from "../close/time-wait";
import { activeOpen } from "../open/active-open";
import { toldMss } from "../send/mss";
import { add } from "../sequence";
import { isOpening } from "../state";
import { Tcb } from "../tcb";
import type { TcpSocket } from "./tcp-socket";

/** What connect(2) remembers of earlier calls (enum socket_state in include/linux/net.h). */
export type ConnectState = "unconnected" | "connecting" | "connected" | "disconnecting";

/** Throws EINPROGRESS, EALREADY, EISCONN, EINVAL, what the way there may be wrong with, and how the handshake has ended. */
export function connectTo(socket: TcpSocket, task: Task, address: SocketAddress, nonblocking: boolean): MaySleep<void> {
  if (address.family === AF_UNSPEC && !("address" in address)) {
    socket.dissolved++;
    disconnect(socket);
    return;
  }
  let unfinished: Errno;
  socket.lock();
  try {
    unfinished = beginOrJoin(socket, address);
    // Even where the answer is here already, it waits in the backlog while this call is at work.
    if (nonblocking && isOpening(socket.tcb.state)) throw unfinished;
  } finally {
    socket.unlock();
  }
  if (isOpening(socket.tcb.state) && socket.pendingError === null) return waitForEnd(socket, task, unfinished);
  reportOutcome(socket);
}

/** Begins the handshake, unless an earlier call has. Returns what to answer when this call may not wait for its end. */
function beginOrJoin(socket: TcpSocket, address: SocketAddress): Errno {
  if (socket.connectState === "connecting") return EALREADY;
  if (socket.connectState === "disconnecting") throw EINVAL;
  if (socket.connectState === "connected" || socket.listening || socket.tcb.state !== "CLOSED") throw EISCONN;
  begin(socket, endpointIn(address));
  socket.connectState = "connecting";
  return EINPROGRESS;
}

function* waitForEnd(socket: TcpSocket, task: Task, unfinished: Errno): Sleeping<void> {
  const ended = () => !isOpening(socket.tcb.state) || socket.pendingError !== null;
  const { dissolved } = socket;
  try {
    yield* socket.sleepUntil(task, socket.room, ended, socket.sendDeadline(0));
  } catch (error) {
    throw error === EAGAIN ? unfinished : error;
  }
  if (socket.dissolved !== dissolved) throw EPIPE;
  reportOutcome(socket);
}

/** The handshake has ended, well or badly. */
function reportOutcome(socket: TcpSocket): void {
  if (socket.tcb.state === "CLOSED") {
    const error = socket.takeError() ?? ECONNABORTED;
    disconnect(socket);
    throw error;
  }
  socket.connectState = "connected";
}

/** The first half: whom to, from where, and the SYN. Throws ENETUNREACH, EHOSTUNREACH, EADDRNOTAVAIL. */
function begin(socket: TcpSocket, { address, port }: Endpoint): void {
  const { tcp, flow, network } = socket;
  flow.destination = address;
  flow.broadcast = true;
  const route = network.routing.resolve(flow);
  if (route.kind === "broadcast") {
    forgetAddresses(socket);
    throw ENETUNREACH;
  }
  const remote = flow.destination;
  if (socket.tcb.used) socket.tcb = new Tcb(tcp, socket);
  socket.formerMss = 0;
  socket.local = flow.source;
  try {
    if (socket.localPort === 0) {
      const { local } = socket;
      socket.localPort = tcp.ports.bindForConnect(socket, local, (own) => isFree(socket, own, remote, port));
    } else if (!isFree(socket, socket.localPort, remote, port)) {
      throw EADDRNOTAVAIL;
    }
  } catch (error) {
    forgetAddresses(socket);
    if (!socket.boundPort) socket.leavePort();
    throw error;
  }
  socket.remote = remote;
  socket.remotePort = port;
  socket.hash();
  socket.reportNames();
  // What an earlier attempt left is forgotten (tcp_connect_init).
  socket.pendingError = null;
  activeOpen(socket.tcb, route.mtu);
}

/** Is there no such connection yet? One in TIME_WAIT may make room (tcp_twsk_unique). */
function isFree(socket: TcpSocket, port: number, remote: typeof IPV4_ANY, remotePort: number): boolean {
  const there = socket.tcp.sockets.lookupConnected(socket.local, port, remote, remotePort);
  if (there === null) return true;
  // A port that the socket has already was chosen by the program.
  if (!(there instanceof TimeWait) || !there.reusableBy(socket.localPort !== 0)) return false;
  socket.tcp.timeWaitOver(there);
  return true;
}

/** Back to where it was before connect or listen; a connection that was there is reset (tcp_disconnect). */
export function disconnect(socket: TcpSocket): void {
  const { tcb, listener } = socket;
  if (listener !== null) {
    socket.unhash();
    socket.listener = null;
    listener.stop();
    if (!socket.boundPort) socket.leavePort();
  } else if (tcb.state !== "CLOSED") {
    const reset = needsReset(tcb);
    if (reset && !socket.dead) sendReset(tcb);
    if (reset || tcb.state === "SYN_SENT") socket.pendingError = ECONNRESET;
    finishQuietly(tcb);
  }
  socket.tcb.receiveQueue.clear();
  socket.tcb.forgetUrgent();
  socket.tcb.peerDone = false;
  // A next connection begins far enough ahead not to be taken for this one.
  tcb.sendQueue.tail = add(tcb.sendQueue.tail, tcb.snd.maxWnd + 2);
  // Even TCP_MAXSEG, TCP_WINDOW_CLAMP and TCP_QUICKACK are forgotten, though the first it still tells what came of it.
  socket.formerMss = toldMss(tcb);
  tcb.rcv.clamp = 0;
  tcb.pingPong = false;
  if (socket.settings.userMss !== 0 || socket.settings.windowClamp !== 0) {
    socket.settings = socket.settings.copy();
    socket.settings.userMss = 0;
    socket.settings.windowClamp = 0;
  }
  forgetAddresses(socket);
  socket.shutdownMask = 0;
  socket.connectState = "unconnected";
  if (listener !== null) socket.kernel.emitIfTraced({ type: "socket.change", object: socket.name, state: "CLOSED" });
  socket.tcp.tracer?.changes(socket.tcb);
  if (!socket.dead) socket.wakeForError();
}

/** What bind has set stays. */
function forgetAddresses(socket: TcpSocket): void {
  socket.remote = IPV4_ANY;
  socket.remotePort = 0;
  socket.flow.destination = IPV4_ANY;
  socket.flow.route = null;
  if (!socket.boundAddress) {
    socket.local = IPV4_ANY;
    socket.flow.source = IPV4_ANY;
  }
}
