/**
 * AF_UNIX: sockets between processes of one machine. They look like network sockets and touch no network at all.
 *
 * Source: unix(7), net/unix/af_unix.c (unix_create, unix_socketpair).
 */
import type { Kernel } from "../../kernel/kernel";
import type { Socket, SocketFamily } from "../../kernel/socket";
import { EPROTONOSUPPORT, ESOCKTNOSUPPORT } from "../../sys/errno";
import { AF_UNIX, SOCK_DGRAM, SOCK_SEQPACKET, SOCK_STREAM } from "../../sys/socket";
import { callerOf, joinTogether } from "./connection";
import { UnixDatagram } from "./datagram";
import { UnixNames } from "./names";
import { UnixSeqpacket } from "./seqpacket";
import { UnixStream } from "./stream";
import type { UnixShared, UnixSocket } from "./unix-socket";

/** For Unix sockets another word for SOCK_DGRAM. */
const SOCK_RAW = 3;

export class UnixFamily implements SocketFamily {
  private readonly shared: UnixShared;

  constructor(kernel: Kernel) {
    this.shared = { kernel, names: new UnixNames(kernel) };
  }

  create(type: number, protocol: number): UnixSocket {
    if (protocol !== 0 && protocol !== AF_UNIX) throw EPROTONOSUPPORT;
    switch (type) {
      case SOCK_STREAM:
        return new UnixStream(this.shared);
      case SOCK_DGRAM:
      case SOCK_RAW:
        return new UnixDatagram(this.shared);
      case SOCK_SEQPACKET:
        return new UnixSeqpacket(this.shared);
      default:
        throw ESOCKTNOSUPPORT;
    }
  }

  createPair(type: number, protocol: number): [Socket, Socket] {
    const first = this.create(type, protocol);
    const second = this.create(type, protocol);
    joinTogether(first, second);
    first.peerPid = second.peerPid = callerOf(first);
    return [first, second];
  }
}
