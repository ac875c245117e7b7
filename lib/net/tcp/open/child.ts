/**
 * The child of a listener: the socket that accept(2) will hand out, made when the third segment of the handshake has come.
 *
 * It has the listener's options and even its shutdown mask, and a port that the two share: it is told apart by its four numbers.
 *
 * Source: tcp_v4_syn_recv_sock in net/ipv4/tcp_ipv4.c, sk_clone_lock in net/core/sock.c.
 */
import type { TcpSocket } from "../socket/tcp-socket";
import type { SynRequest } from "./syn-request";

/** Makes a new socket the listener's child, in the place of the request. */
export function becomeChild(child: TcpSocket, listener: TcpSocket, request: SynRequest): TcpSocket {
  const { tcp } = listener;
  child.local = request.local;
  child.localPort = request.localPort;
  child.remote = request.remote;
  child.remotePort = request.remotePort;
  child.connectState = "connected";
  child.attached = false;
  child.takeOptionsOf(listener);
  child.shutdownMask = listener.shutdownMask;
  // TCP_QUICKACK.
  child.tcb.pingPong = listener.tcb.pingPong;
  tcp.ports.share(child, child.local, child.localPort);
  child.hash();
  child.reportNames();
  return child;
}
