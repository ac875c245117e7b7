/**
 * The options of level SOL_IP that concern the socket and not its packets; what stands in the packets is in `Flow`.
 *
 * Like the other options, one object is shared by all sockets that have set none, and never changed.
 *
 * Source: ip(7); struct inet_sock in include/net/inet_sock.h.
 */
import type { Remembered } from "../socket/remembered-options";

/** Values of IP_MTU_DISCOVER: packets may be cut; the path's MTU is to be found; packets may be cut whatever routers have told. */
export const PMTUDISC_DONT = 0;
export const PMTUDISC_WANT = 1;
export const PMTUDISC_OMIT = 5;

export class IpOptions {
  /** IP_MTU_DISCOVER: may this socket's packets be cut? */
  pathMtuDiscovery = PMTUDISC_WANT;
  /** IP_RECVERR: hear of every ICMP error. */
  receiveErrors = false;
  /** IP_BIND_ADDRESS_NO_PORT: bind only the address, the port is chosen by connect. */
  bindNoPort = false;
  /** IP_FREEBIND: bind to an address that isn't ours. */
  freeBind = false;
  /** Those without effect here (socket/remembered-options.ts); made with the first. */
  remembered: Remembered | null = null;

  /** The same, to be changed for one socket. */
  copy(): IpOptions {
    const copy = Object.assign(new IpOptions(), this);
    if (this.remembered !== null) copy.remembered = new Map(this.remembered);
    return copy;
  }
}

/** Nothing was set. */
export const STANDARD_IP_OPTIONS = new IpOptions();
