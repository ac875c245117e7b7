/**
 * AF_INET: sockets that reach other hosts by IPv4.
 *
 * The type says what a program gets, the protocol who provides it; for each type there is one protocol, so 0 will do.
 *
 * Source: ip(7), net/ipv4/af_inet.c (inet_create, inetsw_array).
 */
import type { Socket, SocketFamily } from "../../kernel/socket";
import { EACCES, EINVAL, EOPNOTSUPP, EPROTONOSUPPORT, ESOCKTNOSUPPORT } from "../../sys/errno";
import { IPPROTO_ICMP, IPPROTO_IP, IPPROTO_TCP, IPPROTO_UDP, SOCK_DGRAM, SOCK_STREAM } from "../../sys/socket";
import type { Network } from "../network";
import { UdpSocket } from "../udp/udp-socket";

/** Protocols from here on don't exist (include/uapi/linux/in.h). */
const IPPROTO_MAX = 263;
/** Packets with their IP header, for who may have them; not modelled. */
const SOCK_RAW = 3;

export class InetFamily implements SocketFamily {
  /** Makes a TCP socket; TCP registers it. */
  stream: (() => Socket) | null = null;

  constructor(private readonly network: Network) {}

  create(type: number, protocol: number): Socket {
    if (protocol < 0 || protocol >= IPPROTO_MAX) throw EINVAL;
    switch (type) {
      case SOCK_STREAM:
        if (protocol !== IPPROTO_IP && protocol !== IPPROTO_TCP) throw EPROTONOSUPPORT;
        if (this.stream === null) throw ESOCKTNOSUPPORT;
        return this.stream();
      case SOCK_DGRAM:
        // Datagram sockets of ICMP are for groups in net.ipv4.ping_group_range, by default for nobody.
        if (protocol === IPPROTO_ICMP) throw EACCES;
        if (protocol !== IPPROTO_IP && protocol !== IPPROTO_UDP) throw EPROTONOSUPPORT;
        return new UdpSocket(this.network);
      case SOCK_RAW:
        throw EPROTONOSUPPORT;
      default:
        throw ESOCKTNOSUPPORT;
    }
  }

  /** There are no pairs over a network; what can't be made at all says so first. */
  createPair(type: number, protocol: number): [Socket, Socket] {
    this.create(type, protocol).release();
    throw EOPNOTSUPP;
  }
}
