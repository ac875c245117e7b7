/** Constants and types of the socket calls: socket(2), socket(7), ip(7), tcp(7), unix(7). Numbers: Linux on x86-64 and arm64. */
export const AF_UNSPEC = 0;
export const AF_UNIX = 1;
export const AF_INET = 2;

export const SOCK_STREAM = 1;
export const SOCK_DGRAM = 2;
export const SOCK_SEQPACKET = 5;
/** May be or-ed into the type of socket(2), socketpair(2) and into accept4(2)'s flags. */
export const SOCK_NONBLOCK = 0o4000;
export const SOCK_CLOEXEC = 0o2000000;

export const IPPROTO_IP = 0;
export const IPPROTO_ICMP = 1;
export const IPPROTO_TCP = 6;
export const IPPROTO_UDP = 17;

export const SHUT_RD = 0;
export const SHUT_WR = 1;
export const SHUT_RDWR = 2;

/** Urgent data; the model has none. */
export const MSG_OOB = 0x01;
export const MSG_PEEK = 0x02;
export const MSG_DONTROUTE = 0x04;
/** Of recvmsg: control data didn't fit. */
export const MSG_CTRUNC = 0x08;
/** Goes through the motions, and sends nothing. */
export const MSG_PROBE = 0x10;
export const MSG_TRUNC = 0x20;
export const MSG_DONTWAIT = 0x40;
/** The end of a record. */
export const MSG_EOR = 0x80;
export const MSG_WAITALL = 0x100;
/** The neighbour answers, as what was received from it tells; arp(7). */
export const MSG_CONFIRM = 0x800;
/** Errors that ICMP has told, with IP_RECVERR; the model's queue of them is always empty. */
export const MSG_ERRQUEUE = 0x2000;
export const MSG_NOSIGNAL = 0x4000;
export const MSG_MORE = 0x8000;
/** Of recvmsg: descriptors that come with the message are closed by execve. */
export const MSG_CMSG_CLOEXEC = 0x4000_0000;

/** Option levels of getsockopt(2). */
export const SOL_SOCKET = 1;
export const SOL_IP = 0;
export const SOL_TCP = 6;
export const SOL_UDP = 17;

export const SO_DEBUG = 1;
export const SO_REUSEADDR = 2;
export const SO_TYPE = 3;
export const SO_ERROR = 4;
export const SO_DONTROUTE = 5;
export const SO_BROADCAST = 6;
export const SO_SNDBUF = 7;
export const SO_RCVBUF = 8;
export const SO_KEEPALIVE = 9;
export const SO_OOBINLINE = 10;
export const SO_NO_CHECK = 11;
export const SO_PRIORITY = 12;
export const SO_LINGER = 13;
export const SO_BSDCOMPAT = 14;
export const SO_REUSEPORT = 15;
export const SO_PASSCRED = 16;
export const SO_RCVLOWAT = 18;
export const SO_SNDLOWAT = 19;
export const SO_RCVTIMEO = 20;
export const SO_SNDTIMEO = 21;
export const SO_TIMESTAMP = 29;
export const SO_ACCEPTCONN = 30;
export const SO_SNDBUFFORCE = 32;
export const SO_RCVBUFFORCE = 33;
export const SO_TIMESTAMPNS = 35;
export const SO_MARK = 36;
export const SO_PROTOCOL = 38;
export const SO_DOMAIN = 39;
export const SO_RXQ_OVFL = 40;
export const SO_SELECT_ERR_QUEUE = 45;
export const SO_BUSY_POLL = 46;
export const SO_MAX_PACING_RATE = 47;
export const SO_INCOMING_CPU = 49;

export const IP_TOS = 1;
export const IP_TTL = 2;
export const IP_HDRINCL = 3;
export const IP_RECVOPTS = 6;
export const IP_RETOPTS = 7;
export const IP_PKTINFO = 8;
export const IP_MTU_DISCOVER = 10;
export const IP_RECVERR = 11;
export const IP_RECVTTL = 12;
export const IP_RECVTOS = 13;
export const IP_MTU = 14;
export const IP_FREEBIND = 15;
export const IP_TRANSPARENT = 19;
export const IP_RECVORIGDSTADDR = 20;
export const IP_MINTTL = 21;
export const IP_NODEFRAG = 22;
export const IP_BIND_ADDRESS_NO_PORT = 24;
export const IP_MULTICAST_TTL = 33;
export const IP_MULTICAST_LOOP = 34;
export const IP_MULTICAST_ALL = 49;

export const TCP_NODELAY = 1;
export const TCP_MAXSEG = 2;
export const TCP_CORK = 3;
export const TCP_KEEPIDLE = 4;
export const TCP_KEEPINTVL = 5;
export const TCP_KEEPCNT = 6;
export const TCP_SYNCNT = 7;
export const TCP_LINGER2 = 8;
export const TCP_DEFER_ACCEPT = 9;
export const TCP_INFO = 11;
export const TCP_QUICKACK = 12;
export const TCP_CONGESTION = 13;
export const TCP_THIN_LINEAR_TIMEOUTS = 16;
export const TCP_THIN_DUPACK = 17;
export const TCP_USER_TIMEOUT = 18;
export const TCP_NOTSENT_LOWAT = 25;
export const TCP_INQ = 36;

export const UDP_CORK = 1;

export const INADDR_ANY = "0.0.0.0";
export const INADDR_LOOPBACK = "127.0.0.1";

/** An IPv4 endpoint: dotted-quad address and port (0 to 65,535); ip(7). `family` is AF_INET when left out. */
export interface InetAddress {
  family?: number;
  address: string;
  port: number;
}

/**
 * A Unix-domain endpoint: a path, an abstract name when it starts with a NUL character, or "" for one without a name;
 * unix(7). `family` is AF_UNIX when left out.
 */
export interface UnixAddress {
  family?: number;
  path: string;
}

/** Only a family: AF_UNSPEC dissolves a datagram socket's association; connect(2). */
export interface UnspecAddress {
  family: number;
}

export type SocketAddress = InetAddress | UnixAddress | UnspecAddress;

/** The value of SO_LINGER; socket(7). */
export interface Linger {
  l_onoff: number;
  /** Seconds. */
  l_linger: number;
}

/** The value of an option: a number for most, a structure for SO_LINGER, the time options and TCP_INFO; or bytes as C would pass them. */
export type SocketOptionValue = number | string | object;

/** What recvfrom(2) returns: the bytes, and who sent them (null when the socket has no address to tell). */
export interface ReceivedFrom {
  data: Uint8Array;
  address: SocketAddress | null;
}

/** What sendmsg(2) takes: parts that leave as one message, and where to when the socket isn't connected. */
export interface MessageToSend {
  iov: readonly Uint8Array[];
  name?: SocketAddress | null;
}

/** What recvmsg(2) returns: the parts filled, who sent them, and flags such as MSG_TRUNC. */
export interface ReceivedMessage {
  iov: Uint8Array[];
  name: SocketAddress | null;
  flags: number;
}
