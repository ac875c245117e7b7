/** Plugs TCP into a host's network. Being written: until then there are no SOCK_STREAM sockets of AF_INET. */
import type { InetFamily } from "../inet/family";
import type { Network } from "../network";

/** Registers the protocol with IP (`network.ip.register`), and with AF_INET how to make a socket (`inet.stream = …`). */
export function installTcp(_network: Network, _inet: InetFamily): void {}
