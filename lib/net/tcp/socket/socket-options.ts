/**
 * Options of level SOL_TCP: getsockopt(2), setsockopt(2), tcp(7).
 *
 * **Not modelled:** TCP_FASTOPEN, TCP_SAVE_SYN, TCP_REPAIR, TCP_ULP and their
 * relatives (ENOPROTOOPT). The real machine shows what is set with `ss -toi`.
 *
 * Source: tcp(7), do_tcp_setsockopt and do_tcp_getsockopt in net/ipv4/tcp.c.
 */
import { EINVAL, ENOENT, ENOPROTOOPT, EOPNOTSUPP, EPERM } from "../../../sys/errno";
import { TCP_WINDOW_CLAMP } from "../../../sys/rarer-options";
import {
  SOL_TCP,
  type SocketOptionValue,
  TCP_CONGESTION,
  TCP_CORK,
  TCP_DEFER_ACCEPT,
  TCP_INFO,
  TCP_KEEPCNT,
  TCP_KEEPIDLE,
  TCP_KEEPINTVL,
  TCP_LINGER2,
  TCP_MAXSEG,
  TCP_NODELAY,
  TCP_NOTSENT_LOWAT,
  TCP_QUICKACK,
  TCP_RTO_MAX_MS,
  TCP_SYNCNT,
  TCP_TIMESTAMP,
  TCP_USER_TIMEOUT,
} from "../../../sys/socket";
import { MILLISECOND, SECOND } from "../../../world/clock";
import { intIn, nameIn } from "../../socket/option-value";
import { acceptOption, rememberedOption } from "../../socket/remembered-options";
import { congestionControlOf } from "../congestion/congestion-by-name";
import { tcpInfo } from "../info/tcp-info";
import { acknowledgeAfterRead } from "../receive/delayed-ack";
import { leastClamp, setClamp } from "../receive/receive-window";
import { MIN_MSS, peerHasSpoken, toldMss } from "../send/mss";
import { push } from "../send/output";
import type { TcpSettings } from "../settings";
import type { Tcb } from "../tcb";
import { longestTimeout } from "../timers/give-up";
import { keepAliveChanged, keepCount, keepIdle, keepInterval } from "../timers/keepalive";
import { MAX_RTO } from "../timers/retransmission-timer";
import { timestampNow } from "../timestamps";
import type { TcpSocket } from "./tcp-socket";
import { hasRoom } from "./wake-up-rule";

// Limits of include/net/tcp.h.
/** MAX_TCP_WINDOW, in bytes. */
const MAX_WINDOW = 32_767;
/** The least that TCP_RTO_MAX_MS may ask for. */
const LEAST_RTO_MAX = 1000;
/** MAX_TCP_KEEPIDLE and MAX_TCP_KEEPINTVL. */
const MAX_KEEP_SECONDS = 32_767;
/** MAX_TCP_KEEPCNT and MAX_TCP_SYNCNT. */
const MAX_RETRIES = 127;
/** TCP_FIN_TIMEOUT_MAX, in seconds. */
const MAX_LINGER2 = 120;
/** What fits into 8 bits, in SYN-ACKs (rskq_defer_accept). */
const MAX_DEFER = 255;

/** Throws ENOPROTOOPT. */
export function getTcpOption(socket: TcpSocket, level: number, option: number): SocketOptionValue {
  if (level !== SOL_TCP) throw EOPNOTSUPP;
  const known: TcpOption | undefined = options[option];
  if (known !== undefined) return known.get(socket);
  return rememberedOption(socket, SOL_TCP, option, socket.settings.remembered);
}

/** Throws ENOPROTOOPT, EINVAL, ENOENT, EPERM. */
export function setTcpOption(socket: TcpSocket, level: number, option: number, value: SocketOptionValue): void {
  if (level !== SOL_TCP) throw ENOPROTOOPT;
  if (option === TCP_CONGESTION) {
    chooseCongestionControl(socket, value);
    return;
  }
  const number = intIn(value);
  const settings = socket.settings.copy();
  socket.settings = settings;
  const known: TcpOption | undefined = options[option];
  if (known !== undefined) {
    known.set(number, settings, socket);
    return;
  }
  const accepted = acceptOption(socket, SOL_TCP, option, number);
  settings.remembered ??= new Map();
  settings.remembered.set(option, accepted);
}

/** How an option is read, and what setting it to a number does to the socket's settings. */
interface TcpOption {
  get(socket: TcpSocket): SocketOptionValue;
  set(number: number, settings: TcpSettings, socket: TcpSocket): void;
}

const options: Readonly<Record<number, TcpOption>> = {
  [TCP_NODELAY]: {
    get: ({ settings }) => Number(settings.nodelay),
    set(number, settings, { tcb }) {
      settings.nodelay = number !== 0;
      // Linux pushes even what a cork still holds back.
      if (settings.nodelay) push(tcb, "now");
    },
  },
  [TCP_CORK]: {
    get: ({ settings }) => Number(settings.corked),
    set(number, settings, { tcb }) {
      settings.corked = number !== 0;
      if (!settings.corked) push(tcb);
    },
  },
  [TCP_MAXSEG]: {
    get({ settings, tcb, formerMss }) {
      if (tcb.state === "CLOSED" && settings.userMss > 0) return settings.userMss;
      return (peerHasSpoken(tcb) ? 0 : formerMss) || toldMss(tcb);
    },
    set(number, settings, socket) {
      if (number !== 0 && (number < MIN_MSS || number > MAX_WINDOW)) throw EINVAL;
      // The SYN has left with what was set then.
      if (socket.tcb.state === "SYN_SENT") socket.formerMss ||= toldMss(socket.tcb);
      settings.userMss = number;
    },
  },
  [TCP_KEEPIDLE]: {
    get: ({ tcb }) => keepIdle(tcb) / SECOND,
    set(number, settings, socket) {
      settings.keepIdle = within(number, MAX_KEEP_SECONDS) * SECOND;
      if (socket.options.keepAlive) keepAliveChanged(socket.tcb);
    },
  },
  [TCP_KEEPINTVL]: {
    get: ({ tcb }) => keepInterval(tcb) / SECOND,
    set(number, settings) {
      settings.keepInterval = within(number, MAX_KEEP_SECONDS) * SECOND;
    },
  },
  [TCP_KEEPCNT]: {
    get: ({ tcb }) => keepCount(tcb),
    set(number, settings) {
      settings.keepCount = within(number, MAX_RETRIES);
    },
  },
  [TCP_SYNCNT]: {
    get: ({ settings, tcp }) => settings.synRetries || tcp.sysctl.tcp_syn_retries,
    set(number, settings) {
      settings.synRetries = within(number, MAX_RETRIES);
    },
  },
  [TCP_USER_TIMEOUT]: {
    get: ({ settings }) => settings.userTimeout / MILLISECOND,
    set(number, settings) {
      if (number < 0) throw EINVAL;
      settings.userTimeout = number * MILLISECOND;
    },
  },
  [TCP_RTO_MAX_MS]: {
    get: ({ settings, tcp }) => longestTimeout(settings, tcp.sysctl) / MILLISECOND,
    set(number, settings) {
      if (number < LEAST_RTO_MAX || number > MAX_RTO / MILLISECOND) throw EINVAL;
      settings.longestTimeout = number * MILLISECOND;
    },
  },
  [TCP_NOTSENT_LOWAT]: {
    get: ({ settings }) => settings.unsentLowWater | 0,
    set(number, settings, socket) {
      settings.unsentLowWater = number >>> 0;
      if (hasRoom(socket.tcb)) socket.wakeForRoom();
    },
  },
  [TCP_QUICKACK]: {
    get: ({ tcb }) => Number(!tcb.pingPong),
    set: (number, _settings, { tcb }) => setQuickAck(tcb, number),
  },
  [TCP_TIMESTAMP]: {
    get: ({ tcb }) => timestampNow(tcb),
    set() {
      throw EPERM;
    },
  },
  [TCP_LINGER2]: {
    get: ({ settings, tcp }) => settings.linger2 || tcp.sysctl.tcp_fin_timeout,
    set(number, settings) {
      settings.linger2 = number < 0 ? -1 : Math.min(number, MAX_LINGER2);
    },
  },
  [TCP_WINDOW_CLAMP]: {
    get: ({ settings, tcb }) => (tcb.used ? tcb.rcv.clamp : settings.windowClamp),
    set(number, settings, { tcb, listening }) {
      if (number === 0 && (tcb.state !== "CLOSED" || listening)) throw EINVAL;
      settings.windowClamp = number === 0 ? 0 : leastClamp(number);
      if (number === 0) tcb.rcv.clamp = 0;
      else if (tcb.used) setClamp(tcb, number);
    },
  },
  [TCP_DEFER_ACCEPT]: {
    get: ({ settings }) => secondsOf(settings.deferAccept),
    set(number, settings) {
      settings.deferAccept = synAcksIn(number);
    },
  },
  // Set by its name (chooseCongestionControl)
  [TCP_CONGESTION]: { get: ({ tcb }) => tcb.congestion.name, set: onlyToBeRead },
  [TCP_INFO]: { get: (socket) => tcpInfo(socket), set: onlyToBeRead },
};

function onlyToBeRead(): never {
  throw ENOPROTOOPT;
}

/** What is due may leave as after a read; an even number means this once (__tcp_sock_set_quickack). */
function setQuickAck(tcb: Tcb, number: number): void {
  tcb.pingPong = number === 0;
  const open = tcb.state === "ESTABLISHED" || tcb.state === "CLOSE_WAIT";
  if (number === 0 || !open || !tcb.ackPending) return;
  tcb.ackPushed = Math.max(tcb.ackPushed, 1);
  acknowledgeAfterRead(tcb, 1);
  tcb.pingPong = (number & 1) === 0;
}

/** Throws ENOENT for a name that isn't known. */
function chooseCongestionControl(socket: TcpSocket, value: SocketOptionValue): void {
  const name = nameIn(value);
  if (congestionControlOf(name) === null) throw ENOENT;
  socket.settings = socket.settings.copy();
  socket.settings.congestion = name;
  socket.tcb.congestionChosen();
}

/** In how many SYN-ACKs, 1, 2, 4, … seconds apart, have so many seconds passed (secs_to_retrans)? */
function synAcksIn(seconds: number): number {
  let count = 0;
  while (count < MAX_DEFER && secondsOf(count) < seconds) count++;
  return count;
}

/** How many seconds so many SYN-ACKs take (retrans_to_secs). */
function secondsOf(count: number): number {
  let seconds = 0;
  for (let i = 0; i < count; i++) seconds += Math.min(2 ** i, MAX_RTO / SECOND);
  return seconds;
}

function within(number: number, most: number): number {
  if (number < 1 || number > most) throw EINVAL;
  return number;
}
