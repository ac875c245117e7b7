/**
 * SOCK_DGRAM: messages to anybody who has a name.
 *
 * No connection: connect only sets where `send` goes to, and from whom messages are let in. Nobody is told when the peer goes;
 * the next send finds out (ECONNREFUSED), and after that there is no peer any more (ENOTCONN).
 *
 * Source: net/unix/af_unix.c (unix_dgram_connect, unix_dgram_sendmsg, unix_dgram_disconnected).
 */
import type { Sleeping } from "../../kernel/sleep";
import type { Task } from "../../kernel/task";
import { ECONNRESET, EINVAL, EOPNOTSUPP, EPERM } from "../../sys/errno";
import { AF_UNSPEC, MSG_OOB, SOCK_DGRAM, type SocketAddress } from "../../sys/socket";
import type { Nanoseconds } from "../../world/clock";
import { RCV_SHUTDOWN } from "../socket/sock";
import { MessageSocket } from "./message-socket";
import { nameIn } from "./names";
import type { UnixShared, UnixSocket } from "./unix-socket";

/** /proc/sys/net/unix/max_dgram_qlen. */
const MAX_DGRAM_QLEN = 10;

export class UnixDatagram extends MessageSocket {
  constructor(shared: UnixShared) {
    super(shared);
    this.maxQueue = MAX_DGRAM_QLEN;
  }

  get type(): number {
    return SOCK_DGRAM;
  }

  send(task: Task, data: Uint8Array, flags: number, to: SocketAddress | null): Sleeping<number> {
    // Before the address is looked at (unix_dgram_sendmsg).
    if ((flags & MSG_OOB) !== 0) throw EOPNOTSUPP;
    const name = to === null ? null : nameIn(to);
    if (name === "") throw EINVAL;
    const find = () => (name === null ? this.peer : this.shared.names.find(name, this.type));
    return this.sendMessage(task, data, flags, find);
  }

  /** A datagram socket has no end of stream: only a receive that would sleep is told. */
  protected receiveEnds(deadline: Nanoseconds | null): boolean {
    return this.maySleep(deadline) && (this.shutdownMask & RCV_SHUTDOWN) !== 0;
  }

  protected override readableBytes(): number {
    const first = this.queue.peek();
    return first === undefined ? 0 : first.data.length;
  }

  *connect(_task: Task, address: SocketAddress): Sleeping<void> {
    if ("family" in address && address.family === AF_UNSPEC) {
      this.changePeer(null);
      return;
    }
    const name = nameIn(address);
    this.nameForCredentials();
    const peer = this.shared.names.find(name, this.type);
    if (peer.peer !== null && peer.peer !== this) throw EPERM;
    this.changePeer(peer);
    peer.setState("ESTABLISHED");
  }

  private changePeer(peer: UnixSocket | null): void {
    const old = this.peer;
    this.setPeer(peer, peer === null ? "UNCONNECTED" : "ESTABLISHED");
    if (old === null) return;
    // Who waits to send looks again (unix_dgram_peer_wake_disconnect_wakeup).
    this.wakeForRoom();
    if (old === peer) return;
    this.disconnected(old);
    if (old.peer === null && !old.dead) old.setState("UNCONNECTED");
  }

  protected override peerIsGone(): void {
    const { peer } = this;
    super.peerIsGone();
    if (peer !== null) this.disconnected(peer);
  }

  /** What the old peer sent is thrown away, and it is told if it still thinks of us as its peer. */
  private disconnected(old: UnixSocket): void {
    this.cancelRelay();
    if (this.queue.length === 0) return;
    this.dropQueue();
    this.place.wakeAll();
    if (old.dead || old.peer !== this) return;
    old.pendingError = ECONNRESET;
    old.wakeForError();
  }

  listen(): void {
    throw EOPNOTSUPP;
  }

  accept(): Sleeping<UnixSocket> {
    throw EOPNOTSUPP;
  }
}
