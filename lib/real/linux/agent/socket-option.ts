/**
 * Values of socket options: a number for most, a structure for some.
 *
 * **Not modelled:** of TCP_INFO, the fields that came after Linux 2.6. `ss -ti` shows them.
 *
 * Source: socket(7), tcp(7), include/uapi/linux/tcp.h (struct tcp_info).
 */
import type { Linger, SocketOptionValue } from "../../../sys/socket";
import type { Timeval } from "../../../sys/time";

const SOL_SOCKET = 1;
const SOL_TCP = 6;
const SO_LINGER = 13;
const SO_RCVTIMEO = 20;
const SO_SNDTIMEO = 21;
const SO_PEERCRED = 17;
const SO_COOKIE = 57;
const TCP_INFO = 11;
const TCP_CONGESTION = 13;

/** The 32-bit fields, which begin at byte 8. */
const TCP_INFO_FIELDS = [
  "tcpi_rto",
  "tcpi_ato",
  "tcpi_snd_mss",
  "tcpi_rcv_mss",
  "tcpi_unacked",
  "tcpi_sacked",
  "tcpi_lost",
  "tcpi_retrans",
  "tcpi_fackets",
  "tcpi_last_data_sent",
  "tcpi_last_ack_sent",
  "tcpi_last_data_recv",
  "tcpi_last_ack_recv",
  "tcpi_pmtu",
  "tcpi_rcv_ssthresh",
  "tcpi_rtt",
  "tcpi_rttvar",
  "tcpi_snd_ssthresh",
  "tcpi_snd_cwnd",
  "tcpi_advmss",
  "tcpi_reordering",
  "tcpi_rcv_rtt",
  "tcpi_rcv_space",
  "tcpi_total_retrans",
];
const TCP_INFO_SIZE = 8 + 4 * TCP_INFO_FIELDS.length;

type Format = "int" | "long" | "credentials" | "linger" | "timeval" | "tcp_info" | "string";

function formatOf(level: number, option: number): Format {
  if (level === SOL_SOCKET && option === SO_LINGER) return "linger";
  if (level === SOL_SOCKET && (option === SO_RCVTIMEO || option === SO_SNDTIMEO)) return "timeval";
  if (level === SOL_SOCKET && option === SO_PEERCRED) return "credentials";
  if (level === SOL_SOCKET && option === SO_COOKIE) return "long";
  if (level === SOL_TCP && option === TCP_INFO) return "tcp_info";
  if (level === SOL_TCP && option === TCP_CONGESTION) return "string";
  return "int";
}

const SIZES: Record<Format, number> = {
  int: 4,
  long: 8,
  credentials: 12,
  linger: 8,
  timeval: 16,
  tcp_info: TCP_INFO_SIZE,
  string: 16,
};

/** Bytes to offer the kernel for an option's value. */
export function optionSize(level: number, option: number): number {
  return SIZES[formatOf(level, option)];
}

export function decodeOption(level: number, option: number, value: Buffer): SocketOptionValue {
  switch (formatOf(level, option)) {
    case "linger":
      return { l_onoff: value.readInt32LE(0), l_linger: value.readInt32LE(4) };
    case "timeval":
      return { tv_sec: Number(value.readBigInt64LE(0)), tv_usec: Number(value.readBigInt64LE(8)) };
    case "credentials":
      return { pid: value.readInt32LE(0), uid: value.readInt32LE(4), gid: value.readInt32LE(8) };
    case "long":
      return Number(value.readBigUInt64LE(0));
    case "tcp_info":
      return tcpInfo(value);
    case "string":
      return value.toString("latin1").replace(/\0.*$/s, "");
    case "int":
      return value.length >= 4 ? value.readInt32LE(0) : (value[0] ?? 0);
  }
}

function tcpInfo(value: Buffer): Record<string, number> {
  const info: Record<string, number> = {
    tcpi_state: value[0],
    tcpi_ca_state: value[1],
    tcpi_retransmits: value[2],
    tcpi_probes: value[3],
    tcpi_backoff: value[4],
    tcpi_options: value[5],
    tcpi_snd_wscale: value[6] & 15,
    tcpi_rcv_wscale: value[6] >> 4,
  };
  TCP_INFO_FIELDS.forEach((field, index) => {
    const at = 8 + 4 * index;
    if (at + 4 <= value.length) info[field] = value.readUInt32LE(at);
  });
  return info;
}

function isLinger(value: object): value is Linger {
  return "l_onoff" in value;
}

function isTimeval(value: object): value is Timeval {
  return "tv_sec" in value;
}

export function encodeOption(value: unknown): Buffer {
  if (typeof value === "string") return Buffer.from(value);
  if (value instanceof Uint8Array) return Buffer.from(value);
  if (typeof value === "object" && value !== null && isLinger(value)) {
    const buffer = Buffer.alloc(8);
    buffer.writeInt32LE(value.l_onoff, 0);
    buffer.writeInt32LE(value.l_linger, 4);
    return buffer;
  }
  if (typeof value === "object" && value !== null && isTimeval(value)) {
    const buffer = Buffer.alloc(16);
    buffer.writeBigInt64LE(BigInt(value.tv_sec), 0);
    buffer.writeBigInt64LE(BigInt(value.tv_usec), 8);
    return buffer;
  }
  if (typeof value !== "number") throw new TypeError("a socket option is a number, a string, a Linger or a Timeval");
  const buffer = Buffer.alloc(4);
  buffer.writeInt32LE(value | 0, 0);
  return buffer;
}
