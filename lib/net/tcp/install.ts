/** Plugs TCP into a host's network. Being written: until then there are no SOCK_STREAM sockets of AF_INET. */
import type { Network } from "../network";

export function installTcp(_network: Network): void {}
