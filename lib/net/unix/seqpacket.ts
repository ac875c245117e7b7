/**
 * SOCK_SEQPACKET: a connection like a stream's, over which whole messages go like datagrams.
 *
 * It never raises SIGPIPE, other than a stream. An address given to send is ignored.
 *
 * Source: net/unix/af_unix.c (unix_seqpacket_sendmsg, unix_seqpacket_recvmsg).
 */
import type { Sleeping } from "../../kernel/sleep";
import type { Received } from "../../kernel/socket";
import type { Task } from "../../kernel/task";
import { ENOTCONN } from "../../sys/errno";
import { POLLHUP } from "../../sys/poll";
import { SOCK_SEQPACKET, type SocketAddress } from "../../sys/socket";
import { RCV_SHUTDOWN } from "../socket/sock";
import { acceptFrom, connectTo, listenOn } from "./connection";
import { MessageSocket } from "./message-socket";
import type { UnixSocket } from "./unix-socket";

export class UnixSeqpacket extends MessageSocket {
  get type(): number {
    return SOCK_SEQPACKET;
  }

  listen(backlog: number): void {
    listenOn(this, backlog);
  }

  connect(task: Task, address: SocketAddress, nonblocking: boolean): Sleeping<void> {
    return connectTo(this, () => new UnixSeqpacket(this.shared), task, address, nonblocking);
  }

  accept(task: Task, nonblocking: boolean): Sleeping<UnixSocket> {
    return acceptFrom(this, task, nonblocking);
  }

  *send(task: Task, data: Uint8Array, flags: number, _to: SocketAddress | null): Sleeping<number> {
    this.throwPendingError();
    if (this.state !== "ESTABLISHED") throw ENOTCONN;
    return yield* this.sendMessage(task, data, flags, () => this.peer);
  }

  override *receive(task: Task, size: number, into: Uint8Array | null, flags: number): Sleeping<Received> {
    if (this.state !== "ESTABLISHED") throw ENOTCONN;
    return yield* super.receive(task, size, into, flags);
  }

  override readiness(): number {
    return super.readiness() | (this.state === "UNCONNECTED" ? POLLHUP : 0);
  }

  /** The peer sends no more, or is gone. */
  protected receiveEnds(): boolean {
    return (this.shutdownMask & RCV_SHUTDOWN) !== 0;
  }
}
