/**
 * The options of level SOL_IP: what a program may set of the header of its packets, and of how IP treats its socket.
 *
 * What stands in the packets is kept in the socket's `Flow`, the rest in its `IpOptions`. Unlike at other levels a value may be a single
 * byte, for old programs.
 *
 * **Not modelled:** multicast membership, IP options, most of level SOL_IP. `ss -e` shows the real ones.
 *
 * Source: ip(7); do_ip_setsockopt and do_ip_getsockopt in net/ipv4/ip_sockglue.c.
 */
import { EINVAL, ENOTCONN } from "../../sys/errno";
import {
  IP_BIND_ADDRESS_NO_PORT,
  IP_FREEBIND,
  IP_MINTTL,
  IP_MTU,
  IP_MTU_DISCOVER,
  IP_MULTICAST_ALL,
  IP_MULTICAST_LOOP,
  IP_MULTICAST_TTL,
  IP_RECVERR,
  IP_TOS,
  IP_TRANSPARENT,
  IP_TTL,
  SOCK_STREAM,
  SOL_IP,
  type SocketOptionValue,
} from "../../sys/socket";
import { DEFAULT_TTL, type Flow } from "../ip/flow";
import { intOrByteIn } from "../socket/option-value";
import { acceptOption, rememberedOption } from "../socket/remembered-options";
import { type IpOptions, PMTUDISC_DONT, PMTUDISC_OMIT, PMTUDISC_WANT } from "./ip-options";

/** Options for which no bytes at all are no zero. */
const NOT_EMPTY = [IP_FREEBIND, IP_TRANSPARENT, IP_MINTTL, IP_MULTICAST_TTL, IP_MULTICAST_LOOP, IP_MULTICAST_ALL];

/** What the options need to know of their socket. */
export interface IpOptionsHolder {
  readonly family: number;
  readonly type: number;
  readonly flow: Flow;
  ipOptions: IpOptions;
  /** IP_RECVERR is switched off: what waits is forgotten. */
  allErrorsUnwanted(): void;
}

/** getsockopt(2) at SOL_IP. Throws ENOPROTOOPT, and ENOTCONN for the MTU of a path that there isn't. */
export function getIpOption(socket: IpOptionsHolder, option: number): number {
  const known: IpOption | undefined = options[option];
  return known?.get(socket) ?? rememberedOption(socket, SOL_IP, option, socket.ipOptions.remembered);
}

/** setsockopt(2) at SOL_IP. Throws ENOPROTOOPT, EINVAL. */
export function setIpOption(socket: IpOptionsHolder, option: number, value: SocketOptionValue): void {
  const number = intOrByteIn(value);
  const isEmpty = value === "" || (value instanceof Uint8Array && value.length === 0);
  if (isEmpty && NOT_EMPTY.includes(option)) throw EINVAL;
  const known: IpOption | undefined = options[option];
  if (known?.set !== undefined) {
    known.set(number, socket);
    return;
  }
  const accepted = acceptOption(socket, SOL_IP, option, number);
  const changed = ownOptions(socket);
  changed.remembered ??= new Map();
  changed.remembered.set(option, accepted);
}

/** How an option is read, and what setting it to a number does; without `set` it can only be read. */
interface IpOption {
  get(socket: IpOptionsHolder): number;
  set?(number: number, socket: IpOptionsHolder): void;
}

const options: Readonly<Record<number, IpOption>> = {
  [IP_TOS]: {
    get: ({ flow }) => flow.tos,
    set(number, { flow, type }) {
      // On a stream the two bits of ECN are TCP's own (__ip_sock_set_tos).
      flow.tos = type === SOCK_STREAM ? number & 0xfc : number & 0xff;
    },
  },
  [IP_TTL]: {
    get: ({ flow }) => flow.ttl,
    set(number, { flow }) {
      if (number !== -1 && (number < 1 || number > 255)) throw EINVAL;
      flow.ttl = number === -1 ? DEFAULT_TTL : number;
    },
  },
  [IP_MTU_DISCOVER]: {
    get: ({ ipOptions }) => ipOptions.pathMtuDiscovery,
    set(number, socket) {
      if (number < PMTUDISC_DONT || number > PMTUDISC_OMIT) throw EINVAL;
      ownOptions(socket).pathMtuDiscovery = number;
      socket.flow.dontFragment = number >= PMTUDISC_WANT && number < PMTUDISC_OMIT;
    },
  },
  [IP_MTU]: {
    get({ flow }) {
      if (flow.route === null) throw ENOTCONN;
      return flow.route.mtu;
    },
  },
  [IP_RECVERR]: {
    get: ({ ipOptions }) => Number(ipOptions.receiveErrors),
    set(number, socket) {
      ownOptions(socket).receiveErrors = number !== 0;
      if (number === 0) socket.allErrorsUnwanted();
    },
  },
  [IP_BIND_ADDRESS_NO_PORT]: {
    get: ({ ipOptions }) => Number(ipOptions.bindNoPort),
    set(number, socket) {
      ownOptions(socket).bindNoPort = number !== 0;
    },
  },
  [IP_FREEBIND]: {
    get: ({ ipOptions }) => Number(ipOptions.freeBind),
    set(number, socket) {
      ownOptions(socket).freeBind = number !== 0;
    },
  },
};

/** The socket's own copy of what it shared with others until now, to be changed. */
function ownOptions(socket: IpOptionsHolder): IpOptions {
  socket.ipOptions = socket.ipOptions.copy();
  return socket.ipOptions;
}
