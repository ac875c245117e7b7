/**
 * What the sockets of AF_INET share: two addresses, two ports, and the options of IP. Linux calls it `struct inet_sock`.
 *
 * bind(2) sets the local half, connect(2) the remote half. `local` is where the socket receives: 0.0.0.0 until it is bound or
 * connected, and after bind(0.0.0.0). The protocols say who else may have the port (port-table.ts).
 *
 * **Not modelled:** raw and ICMP sockets. `ss -e` shows the real ones.
 *
 * Source: ip(7), net/ipv4/af_inet.c (__inet_bind, inet_getname, inet_shutdown).
 */
import type { Kernel } from "../../kernel/kernel";
import type { Task } from "../../kernel/task";
import { EADDRNOTAVAIL, EAFNOSUPPORT, EINVAL, ENOPROTOOPT, ENOTCONN, EOPNOTSUPP } from "../../sys/errno";
import {
  AF_INET,
  AF_UNSPEC,
  type InetAddress,
  IP_PKTINFO,
  IP_RECVORIGDSTADDR,
  IP_RECVTOS,
  IP_RECVTTL,
  IPPROTO_TCP,
  MSG_CTRUNC,
  SOCK_DGRAM,
  SOCK_STREAM,
  SOL_IP,
  type SocketAddress,
  type SocketOptionValue,
} from "../../sys/socket";
import { formatIpv4, IPV4_ANY, type Ipv4Address, isMulticast, parseIpv4 } from "../addresses";
import type { Flow } from "../ip/flow";
import type { Network } from "../network";
import { isOn } from "../socket/remembered-options";
import { Sock } from "../socket/sock";
import type { SocketOptions } from "../socket/socket-options";
import { PMTUDISC_OMIT, PMTUDISC_WANT, STANDARD_IP_OPTIONS } from "./ip-options";
import type { PortHolder } from "./port-table";
import { getIpOption, setIpOption } from "./sol-ip";

/** An address and a port, as the kernel keeps them. */
export interface Endpoint {
  readonly address: Ipv4Address;
  readonly port: number;
}

/** Options that ask for what a datagram's IP header said. */
const ABOUT_PACKETS = [IP_PKTINFO, IP_RECVTTL, IP_RECVTOS, IP_RECVORIGDSTADDR];

/** sizeof(struct sockaddr_in): what is shorter is no address. */
const SOCKADDR_IN = 16;

/** What a program passed as an address. Throws EAFNOSUPPORT for another family, EINVAL for what is no address. */
export function endpointIn(address: SocketAddress): Endpoint {
  if ("path" in address && 2 + address.path.length + 1 < SOCKADDR_IN) throw EINVAL;
  if ("path" in address || (address.family ?? AF_INET) !== AF_INET) throw EAFNOSUPPORT;
  // Only a family: the rest of the structure is zero.
  if (!("address" in address)) return { address: IPV4_ANY, port: 0 };
  const parsed = parseIpv4(address.address);
  if (parsed === null || !Number.isInteger(address.port)) throw EINVAL;
  return { address: parsed, port: address.port & 0xffff };
}

/** As the calls tell an address and a port to a program: struct sockaddr_in. */
export function inetAddress(address: Ipv4Address, port: number): InetAddress {
  return { family: AF_INET, address: formatIpv4(address), port };
}

/** "10.0.0.1:80", and "*" for any. */
export function printableEndpoint(address: Ipv4Address, port: number): string {
  return `${address === IPV4_ANY ? "*" : formatIpv4(address)}:${port === 0 ? "*" : port}`;
}

export abstract class InetSock extends Sock implements PortHolder {
  /** Where it receives. */
  local: Ipv4Address = IPV4_ANY;
  localPort = 0;
  /** The port that it gave back: getsockname still tells it (inet_sport stays, inet_num goes). */
  protected formerPort = 0;
  remote: Ipv4Address = IPV4_ANY;
  remotePort = 0;
  /** The address that bind gave it to send from: 0.0.0.0 for any, and where it receives what is sent to all. */
  boundSource: Ipv4Address = IPV4_ANY;
  /** The program chose them by bind; so they stay when a connection is dissolved. */
  boundAddress = false;
  boundPort = false;
  /** What its packets have in common. Its source is the address it sends from. */
  readonly flow: Flow;
  /** SOL_IP's; shared with others until it is changed (ip-options.ts). */
  ipOptions = STANDARD_IP_OPTIONS;
  /** Where the port table keeps what it knows of this socket. */
  atPort: object | null = null;

  constructor(network: Network, flow: Flow, options?: SocketOptions) {
    super(network.kernel, options);
    this.flow = flow;
  }

  abstract readonly network: Network;

  get kernel(): Kernel {
    return this.network.kernel;
  }

  get family(): number {
    return AF_INET;
  }

  get type(): number {
    return this.protocol === IPPROTO_TCP ? SOCK_STREAM : SOCK_DGRAM;
  }

  /** Is there nothing yet that bind would contradict? */
  protected abstract readonly bindable: boolean;
  /** Takes a port (0: any) at `this.local`, sets `localPort`. Throws EADDRINUSE. */
  protected abstract takePort(port: number): void;

  bind(_task: Task, address: SocketAddress): void {
    const { address: wanted, port } = bindTarget(address);
    const { routing } = this.network;
    const special = wanted === IPV4_ANY || isMulticast(wanted) || routing.isBroadcast(wanted);
    if (!special && !this.ipOptions.freeBind && !routing.isLocal(wanted)) throw EADDRNOTAVAIL;
    if (!this.bindable || this.localPort !== 0) throw EINVAL;
    this.local = wanted;
    this.flow.source = special ? IPV4_ANY : wanted;
    try {
      if (port !== 0 || !this.ipOptions.bindNoPort) this.takePort(port);
    } catch (error) {
      this.local = IPV4_ANY;
      this.flow.source = IPV4_ANY;
      throw error;
    }
    // Once for all, even if a later bind chooses none (SOCK_BINDADDR_LOCK).
    this.boundAddress ||= wanted !== IPV4_ANY;
    this.boundSource = this.flow.source;
    this.boundPort = port !== 0;
    this.formerPort = 0;
    this.reportNames();
  }

  /** An accepted socket has what its listener was told (inet_csk_clone_lock). */
  takeOptionsOf(listener: InetSock): void {
    this.ipOptions = listener.ipOptions;
    this.boundAddress = listener.boundAddress;
  }

  /** A port for a socket that needs one and wasn't bound. */
  ensurePort(): void {
    if (this.localPort !== 0) return;
    this.takePort(0);
    this.reportNames();
  }

  localAddress(): SocketAddress {
    const address = this.local === IPV4_ANY ? this.flow.source : this.local;
    const shown = this.localPort === 0 && !this.boundAddress ? this.local : address;
    return inetAddress(shown, this.localPort || this.formerPort);
  }

  peerAddress(): SocketAddress {
    if (this.remotePort === 0) throw ENOTCONN;
    return inetAddress(this.remote, this.remotePort);
  }

  reportNames(state?: string): void {
    if (this.kernel.trace === null) return;
    const local = printableEndpoint(this.local, this.localPort);
    const remote = this.remotePort === 0 ? "" : printableEndpoint(this.remote, this.remotePort);
    this.kernel.emit({
      type: "socket.change",
      object: this.name,
      local,
      remote,
      ...(state === undefined ? {} : { state }),
    });
  }

  // Options of IP

  protected override hasLevel(level: number): boolean {
    return super.hasLevel(level) || level === SOL_IP || level === this.protocol;
  }

  protected override getProtocolOption(level: number, option: number): SocketOptionValue {
    return level === SOL_IP ? getIpOption(this, option) : this.getTransportOption(level, option);
  }

  protected override setProtocolOption(level: number, option: number, value: SocketOptionValue): void {
    if (level === SOL_IP) setIpOption(this, option, value);
    else this.setTransportOption(level, option, value);
  }

  /** Did the program ask to hear of every ICMP error (IP_RECVERR)? */
  get wantsAllErrors(): boolean {
    return this.ipOptions.receiveErrors;
  }

  /** MSG_CTRUNC where options ask for ancillary data with every datagram: a call without room for it loses it. */
  protected get lostControl(): number {
    return isOn(ABOUT_PACKETS, this.ipOptions.remembered) ? MSG_CTRUNC : this.lostTimestamp;
  }

  /** IP_RECVERR is switched off: what waits is forgotten. */
  allErrorsUnwanted(): void {}

  /** May packets of this socket be cut? Not if it insists on finding the path's MTU itself. */
  get mayFragment(): boolean {
    return this.ipOptions.pathMtuDiscovery <= PMTUDISC_WANT || this.ipOptions.pathMtuDiscovery === PMTUDISC_OMIT;
  }

  /** Options of the transport's own level. */
  protected getTransportOption(_level: number, _option: number): SocketOptionValue {
    throw EOPNOTSUPP;
  }

  protected setTransportOption(_level: number, _option: number, _value: SocketOptionValue): void {
    throw ENOPROTOOPT;
  }
}

/** bind takes AF_UNSPEC for AF_INET where the address is 0.0.0.0, for old programs. */
function bindTarget(address: SocketAddress): Endpoint {
  if ("path" in address || address.family !== AF_UNSPEC) return endpointIn(address);
  if ("address" in address && address.address !== "0.0.0.0") throw EAFNOSUPPORT;
  return endpointIn({ ...address, family: AF_INET });
}
