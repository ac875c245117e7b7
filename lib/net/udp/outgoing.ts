/**
 * A datagram that is being put together: where it goes, and what has been sent for it so far.
 *
 * As a rule one send makes one datagram. MSG_MORE, or UDP_CORK on the socket, holds back what is sent; the first send without adds its
 * own bytes and lets the datagram go. Where to is what the first of them said.
 *
 * Source: udp(7), send(2); udp_sendmsg and udp_push_pending_frames in net/ipv4/udp.c.
 */
import { concat } from "../../sys/bytes";
import { EACCES, EDESTADDRREQ, EINVAL, Errno } from "../../sys/errno";
import { AF_INET, AF_UNSPEC, IPPROTO_UDP, type SocketAddress } from "../../sys/socket";
import { type Endpoint, endpointIn } from "../inet/inet-sock";
import { Flow } from "../ip/flow";
import { IPV4_HEADER, MAX_IPV4_LENGTH } from "../ip/header";
import { UDP_HEADER } from "./header";
import { datagramTruesize } from "./truesize";
import type { UdpSocket } from "./udp-socket";

/** In bytes: what fits into an IP packet. */
const MAX_PAYLOAD = MAX_IPV4_LENGTH - IPV4_HEADER - UDP_HEADER;

export class OutgoingDatagram {
  private readonly parts: Uint8Array[] = [];
  length = 0;
  /** Memory of the parts, in bytes: a first one takes a buffer, the others lie in pages behind it. */
  memory = 0;

  constructor(
    public flow: Flow,
    public port: number,
    /** How much may be in it. */
    private readonly limit: number,
  ) {}

  /** Does so much more fit? */
  fits(count: number): boolean {
    return this.length + count <= this.limit;
  }

  add(data: Uint8Array): void {
    this.memory += this.parts.length === 0 ? datagramTruesize(data.length) : data.length;
    this.parts.push(data.slice());
    this.length += data.length;
  }

  whole(): Uint8Array {
    return concat(this.parts);
  }
}

/** One to this address, or to the peer. Throws EDESTADDRREQ, EINVAL, EACCES, and what there is to say of the route. */
export function beginDatagram(socket: UdpSocket, to: SocketAddress | null): OutgoingDatagram {
  const target = to === null ? null : targetIn(to);
  if (target === null && !socket.connected) throw EDESTADDRREQ;
  const flow = target === null ? socket.flow : flowTo(socket, target);
  const route = socket.network.routing.current(flow);
  if (route instanceof Errno) throw route;
  if (route.kind === "broadcast" && !socket.options.broadcast) throw EACCES;
  const room = socket.mayFragment ? MAX_PAYLOAD : route.mtu - IPV4_HEADER - UDP_HEADER;
  return new OutgoingDatagram(flow, target?.port ?? socket.remotePort, room);
}

function targetIn(to: SocketAddress): Endpoint {
  // AF_UNSPEC is taken for AF_INET, for old programs.
  const target = endpointIn("family" in to && to.family === AF_UNSPEC ? { ...to, family: AF_INET } : to);
  if (target.port === 0) throw EINVAL;
  return target;
}

/** A flow for this datagram only. */
function flowTo(socket: UdpSocket, target: Endpoint): Flow {
  const flow = new Flow(IPPROTO_UDP);
  flow.source = socket.connected ? socket.flow.source : socket.boundSource;
  flow.destination = target.address;
  flow.ttl = socket.flow.ttl;
  flow.tos = socket.flow.tos;
  flow.dontFragment = socket.flow.dontFragment;
  flow.broadcast = socket.options.broadcast;
  return flow;
}
