/**
 * connect(2) on a UDP socket: nobody is asked. The socket notes where `send` goes to, and from then on hears that peer only.
 *
 * Source: udp(7), net/ipv4/datagram.c (__ip4_datagram_connect), net/ipv4/udp.c (__udp_disconnect).
 */
import type { SocketAddress } from "../../sys/socket";
import { IPV4_ANY } from "../addresses";
import { endpointIn } from "../inet/inet-sock";
import type { UdpSocket } from "./udp-socket";

/** Throws EAFNOSUPPORT, EINVAL, EACCES, and what there is to say of the route; then all is as it was. */
export function choosePeer(socket: UdpSocket, address: SocketAddress): void {
  socket.ensurePort();
  const to = endpointIn(address);
  const { flow, network } = socket;
  const before = { source: flow.source, destination: flow.destination };
  flow.destination = to.address;
  flow.broadcast = socket.options.broadcast;
  // Whoever had a peer before keeps the address that it spoke from.
  if (!socket.connected) flow.source = socket.boundSource;
  try {
    network.routing.resolve(flow);
  } catch (error) {
    flow.source = before.source;
    flow.destination = before.destination;
    throw error;
  }
  socket.rehash(() => {
    if (socket.local === IPV4_ANY || !socket.boundAddress) socket.local = flow.source;
    socket.remote = flow.destination;
    socket.remotePort = to.port;
  });
  flow.identification = network.random.uint32() & 0xffff || 1;
  socket.reportNames("ESTABLISHED");
}

/** AF_UNSPEC: no peer any more. What bind has set stays. */
export function dissolve(socket: UdpSocket): void {
  socket.rehash(() => {
    socket.remote = IPV4_ANY;
    socket.remotePort = 0;
    if (!socket.boundAddress) socket.local = IPV4_ANY;
  });
  const { flow } = socket;
  flow.route = null;
  flow.destination = IPV4_ANY;
  flow.source = socket.boundSource;
  flow.identification = 0;
  if (!socket.boundPort) socket.leavePort();
  socket.reportNames("UNCONNECTED");
}
