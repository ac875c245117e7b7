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
  TCP_SYNCNT,
  TCP_TIMESTAMP,
  TCP_USER_TIMEOUT,
} from "../../../sys/socket";
import { MILLISECOND, SECOND } from "../../../world/clock";
import { intIn, nameIn } from "../../option-value";
import { acceptOption, rememberedOption } from "../../remembered-options";
import { congestionControlOf } from "../congestion/congestion-by-name";
import { tcpInfo } from "../info/tcp-info";
import { acknowledgeAfterRead } from "../receive/delayed-ack";
import { leastClamp, setClamp } from "../receive/receive-window";
import { MIN_MSS, toldMss } from "../send/mss";
import { push } from "../send/output";
import { timestampNow } from "../send/send-segment";
import type { Tcb } from "../tcb";
import { keepAliveChanged, keepCount, keepIdle, keepInterval } from "../timers/keepalive";
import { MAX_RTO } from "../timers/retransmission-timer";
import type { TcpSocket } from "./tcp-socket";
import { hasRoom } from "./wake-up-rule";

// Limits of include/net/tcp.h.
/** MAX_TCP_WINDOW, in bytes. */
const MAX_WINDOW = 32_767;
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
  const { settings, tcb } = socket;
  switch (option) {
    case TCP_NODELAY:
      return Number(settings.nodelay);
    case TCP_CORK:
      return Number(settings.corked);
    case TCP_MAXSEG:
      if (tcb.state === "CLOSED" && settings.userMss > 0) return settings.userMss;
      return socket.formerMss || toldMss(tcb);
    case TCP_KEEPIDLE:
      return keepIdle(tcb) / SECOND;
    case TCP_KEEPINTVL:
      return keepInterval(tcb) / SECOND;
    case TCP_KEEPCNT:
      return keepCount(tcb);
    case TCP_SYNCNT:
      return settings.synRetries || tcb.host.sysctl.tcp_syn_retries;
    case TCP_USER_TIMEOUT:
      return settings.userTimeout / MILLISECOND;
    case TCP_NOTSENT_LOWAT:
      return settings.unsentLowWater | 0;
    case TCP_QUICKACK:
      return Number(!tcb.pingPong);
    case TCP_CONGESTION:
      return tcb.congestion.name;
    case TCP_LINGER2:
      return settings.linger2 || tcb.host.sysctl.tcp_fin_timeout;
    case TCP_DEFER_ACCEPT:
      return secondsOf(settings.deferAccept);
    case TCP_TIMESTAMP:
      return timestampNow(tcb);
    case TCP_WINDOW_CLAMP:
      return tcb.used ? tcb.rcv.clamp : settings.windowClamp;
    case TCP_INFO:
      return tcpInfo(socket);
    default:
      return rememberedOption(socket, SOL_TCP, option, settings.remembered);
  }
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
  const { tcb } = socket;
  switch (option) {
    case TCP_NODELAY:
      settings.nodelay = number !== 0;
      // Linux pushes even what a cork still holds back.
      if (settings.nodelay) push(tcb, "now");
      return;
    case TCP_CORK:
      settings.corked = number !== 0;
      if (!settings.corked) push(tcb);
      return;
    case TCP_MAXSEG:
      if (number !== 0 && (number < MIN_MSS || number > MAX_WINDOW)) throw EINVAL;
      settings.userMss = number;
      return;
    case TCP_KEEPIDLE:
      settings.keepIdle = within(number, MAX_KEEP_SECONDS) * SECOND;
      if (socket.options.keepAlive) keepAliveChanged(tcb);
      return;
    case TCP_KEEPINTVL:
      settings.keepInterval = within(number, MAX_KEEP_SECONDS) * SECOND;
      return;
    case TCP_KEEPCNT:
      settings.keepCount = within(number, MAX_RETRIES);
      return;
    case TCP_SYNCNT:
      settings.synRetries = within(number, MAX_RETRIES);
      return;
    case TCP_USER_TIMEOUT:
      if (number < 0) throw EINVAL;
      settings.userTimeout = number * MILLISECOND;
      return;
    case TCP_NOTSENT_LOWAT:
      settings.unsentLowWater = number >>> 0;
      if (hasRoom(tcb)) socket.wakeForRoom();
      return;
    case TCP_QUICKACK:
      setQuickAck(tcb, number);
      return;
    case TCP_TIMESTAMP:
      throw EPERM;
    case TCP_LINGER2:
      settings.linger2 = number < 0 ? -1 : Math.min(number, MAX_LINGER2);
      return;
    case TCP_WINDOW_CLAMP:
      if (number === 0 && (tcb.state !== "CLOSED" || socket.listening)) throw EINVAL;
      settings.windowClamp = number === 0 ? 0 : leastClamp(number);
      if (tcb.used) setClamp(tcb, number);
      return;
    case TCP_DEFER_ACCEPT:
      settings.deferAccept = synAcksIn(number);
      return;
    default: {
      const accepted = acceptOption(socket, SOL_TCP, option, number);
      settings.remembered ??= new Map();
      settings.remembered.set(option, accepted);
    }
  }
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
