/** Socket options by name and value, as strace shows them in getsockopt and setsockopt. */
import {
  errnoByNumber,
  SO_ACCEPTCONN,
  SO_BROADCAST,
  SO_DOMAIN,
  SO_ERROR,
  SO_KEEPALIVE,
  SO_LINGER,
  SO_PROTOCOL,
  SO_RCVBUF,
  SO_RCVTIMEO,
  SO_REUSEADDR,
  SO_REUSEPORT,
  SO_SNDBUF,
  SO_SNDTIMEO,
  SO_TYPE,
  SOL_SOCKET,
  SOL_TCP,
  type SocketOptionValue,
  TCP_CONGESTION,
  TCP_CORK,
  TCP_DEFER_ACCEPT,
  TCP_INFO,
  TCP_KEEPCNT,
  TCP_KEEPIDLE,
  TCP_KEEPINTVL,
  TCP_MAXSEG,
  TCP_NODELAY,
  TCP_QUICKACK,
  TCP_RTO_MAX_MS,
  TCP_SYNCNT,
  TCP_TIMESTAMP,
  TCP_USER_TIMEOUT,
} from "../sys";
import { oneOf, socketType } from "./strace-values";

const socketOptions: Record<string, number> = {
  SO_ACCEPTCONN,
  SO_BROADCAST,
  SO_DOMAIN,
  SO_ERROR,
  SO_KEEPALIVE,
  SO_LINGER,
  SO_PROTOCOL,
  SO_RCVBUF,
  SO_RCVTIMEO,
  SO_REUSEADDR,
  SO_REUSEPORT,
  SO_SNDBUF,
  SO_SNDTIMEO,
  SO_TYPE,
};
const tcpOptions: Record<string, number> = {
  TCP_CONGESTION,
  TCP_CORK,
  TCP_DEFER_ACCEPT,
  TCP_INFO,
  TCP_KEEPCNT,
  TCP_KEEPIDLE,
  TCP_KEEPINTVL,
  TCP_MAXSEG,
  TCP_NODELAY,
  TCP_QUICKACK,
  TCP_RTO_MAX_MS,
  TCP_SYNCNT,
  TCP_TIMESTAMP,
  TCP_USER_TIMEOUT,
};

function nameIn(names: Record<string, number>, value: number): string {
  return Object.keys(names).find((name) => names[name] === value) ?? String(value);
}

/** `["SOL_SOCKET", "SO_REUSEADDR"]`. */
export function optionName(level: number, option: number): [string, string] {
  const levelWord = oneOf(level, [
    [SOL_SOCKET, "SOL_SOCKET"],
    [SOL_TCP, "SOL_TCP"],
    [0, "SOL_IP"],
  ]);
  if (level === SOL_SOCKET) return [levelWord, nameIn(socketOptions, option)];
  if (level === SOL_TCP) return [levelWord, nameIn(tcpOptions, option)];
  return [levelWord, String(option)];
}

/** The value and its size in bytes: `["[1]", 4]`, `["{l_onoff=1, l_linger=0}", 8]`. */
export function optionValue(option: string, value: SocketOptionValue): [string, number] {
  if (typeof value === "string") return [`"${value}"`, value.length];
  if (typeof value === "number") {
    if (option === "SO_ERROR") return [`[${errnoByNumber(value)?.code ?? value}]`, 4];
    if (option === "SO_TYPE") return [`[${socketType(value)}]`, 4];
    return [`[${value}]`, 4];
  }
  const fields = Object.entries(value).map(([name, field]) => `${name}=${field}`);
  return [`{${fields.join(", ")}}`, option === "SO_LINGER" ? 8 : 16];
}
