/** Plugs TCP into a host's network: segments that arrive find it, and AF_INET makes its sockets. */
import type { InetFamily } from "../inet/family";
import type { Network } from "../network";
import { TcpSocket } from "./socket/tcp-socket";
import { Tcp } from "./tcp";

/** From now on there are sockets of type SOCK_STREAM. */
export function installTcp(network: Network, family: InetFamily): void {
  const tcp = new Tcp(network);
  network.ip.register(tcp);
  family.stream = () => new TcpSocket(tcp);
}
