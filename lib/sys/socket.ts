/** Constants and types of the socket calls: socket(2), socket(7), ip(7), tcp(7), unix(7). Numbers: Linux on x86-64 and arm64. */

/** No family: in connect(2), dissolves what was connected. */
export const AF_UNSPEC = 0;
/** Sockets of one machine; unix(7). */
export const AF_UNIX = 1;
/** Sockets on the Internet, by IPv4; ip(7). */
export const AF_INET = 2;

/** A connection that carries bytes in order: TCP, or a Unix stream; socket(2). */
export const SOCK_STREAM = 1;
/** Datagrams, each by itself: UDP, or a Unix datagram socket; socket(2). */
export const SOCK_DGRAM = 2;
/** A connection that carries whole messages in order; only AF_UNIX here; socket(2). */
export const SOCK_SEQPACKET = 5;
/** May be or-ed into the type of socket(2), socketpair(2) and into accept4(2)'s flags. */
export const SOCK_NONBLOCK = 0o4000;
/** Beside the type, like SOCK_NONBLOCK: the descriptor is closed by execve(2). */
export const SOCK_CLOEXEC = 0o2000000;

/** Whatever protocol the type has; socket(2). */
export const IPPROTO_IP = 0;
/** ICMP; icmp(7). */
export const IPPROTO_ICMP = 1;
/** TCP; tcp(7). */
export const IPPROTO_TCP = 6;
/** UDP; udp(7). */
export const IPPROTO_UDP = 17;

/** No more will be read; shutdown(2). */
export const SHUT_RD = 0;
/** No more will be written: a FIN follows what was; shutdown(2). */
export const SHUT_WR = 1;
/** Both; shutdown(2). */
export const SHUT_RDWR = 2;

/** The last byte is urgent; recv: only the urgent byte. TCP and Unix streams; send(2), recv(2), tcp(7). */
export const MSG_OOB = 0x01;
/** What is received stays in the queue; recv(2). */
export const MSG_PEEK = 0x02;
/** Don't use a gateway; without effect here; send(2). */
export const MSG_DONTROUTE = 0x04;
/** Of recvmsg: control data didn't fit. */
export const MSG_CTRUNC = 0x08;
/** Goes through the motions, and sends nothing. */
export const MSG_PROBE = 0x10;
/** recv(2): tell the datagram's whole length; TCP: throw the bytes away. In recvmsg's flags: it was cut. */
export const MSG_TRUNC = 0x20;
/** This call must not sleep, as with O_NONBLOCK; send(2), recv(2). */
export const MSG_DONTWAIT = 0x40;
/** The end of a record. */
export const MSG_EOR = 0x80;
/** Sleep until all that was asked for is there; recv(2). */
export const MSG_WAITALL = 0x100;
/** The neighbour answers, as what was received from it tells; arp(7). */
export const MSG_CONFIRM = 0x800;
/** Takes an error that ICMP has told instead of data; a socket keeps them if IP_RECVERR asks for it. */
export const MSG_ERRQUEUE = 0x2000;
/** EPIPE without SIGPIPE; send(2). */
export const MSG_NOSIGNAL = 0x4000;
/** More follows at once: wait for it; send(2), tcp(7), udp(7). */
export const MSG_MORE = 0x8000;
/** Of recvmsg: descriptors that come with the message are closed by execve. */
export const MSG_CMSG_CLOEXEC = 0x4000_0000;

/** Options of every socket; socket(7). */
export const SOL_SOCKET = 1;
/** Options of IP; ip(7). */
export const SOL_IP = 0;
/** Options of TCP; tcp(7). */
export const SOL_TCP = 6;
/** Options of UDP; udp(7). */
export const SOL_UDP = 17;

/** Kept and given back, without effect here; socket(7). */
export const SO_DEBUG = 1;
/** 0 or 1: may share its port with others that allow it, unless one listens; socket(7). */
export const SO_REUSEADDR = 2;
/** Read only: SOCK_STREAM, SOCK_DGRAM, …; socket(7). */
export const SO_TYPE = 3;
/** Read only: the pending error's number, which is thereby reported; 0 for none; socket(7). */
export const SO_ERROR = 4;
/** Kept and given back, without effect here; socket(7). */
export const SO_DONTROUTE = 5;
/** 0 or 1: may send to a broadcast address; socket(7). */
export const SO_BROADCAST = 6;
/** Send buffer, in bytes of memory; the kernel doubles what is set; socket(7). */
export const SO_SNDBUF = 7;
/** Receive buffer, in bytes of memory; the kernel doubles what is set; socket(7). */
export const SO_RCVBUF = 8;
/** 0 or 1: ask a silent peer whether it is still there; socket(7), tcp(7). */
export const SO_KEEPALIVE = 9;
/** 0 or 1: an urgent byte stays among the others; socket(7). */
export const SO_OOBINLINE = 10;
/** Kept and given back, without effect here. */
export const SO_NO_CHECK = 11;
/** Kept and given back, without effect here; socket(7). */
export const SO_PRIORITY = 12;
/** A `Linger`: what close(2) does with what isn't sent yet; socket(7). */
export const SO_LINGER = 13;
/** Always 0; socket(7). */
export const SO_BSDCOMPAT = 14;
/** 0 or 1: several sockets share a port, and connections or datagrams are spread over them; socket(7). */
export const SO_REUSEPORT = 15;
/** Kept and given back, without effect here; unix(7). */
export const SO_PASSCRED = 16;
/** Bytes that must be there before a reader is woken; socket(7). */
export const SO_RCVLOWAT = 18;
/** Read only: 1; socket(7). */
export const SO_SNDLOWAT = 19;
/** A `Timeval`: how long a receive may sleep, then EAGAIN; 0 for ever; socket(7). */
export const SO_RCVTIMEO = 20;
/** A `Timeval`: how long a send or connect may sleep, then EAGAIN or EINPROGRESS; 0 for ever; socket(7). */
export const SO_SNDTIMEO = 21;
/** Kept and given back, without effect here; socket(7). */
export const SO_TIMESTAMP = 29;
/** Read only: 1 for a socket that listens; socket(7). */
export const SO_ACCEPTCONN = 30;
/** As SO_SNDBUF, beyond the administrator's limit; socket(7). */
export const SO_SNDBUFFORCE = 32;
/** As SO_RCVBUF, beyond the administrator's limit; socket(7). */
export const SO_RCVBUFFORCE = 33;
/** Kept and given back, without effect here; socket(7). */
export const SO_TIMESTAMPNS = 35;
/** Kept and given back, without effect here; socket(7). */
export const SO_MARK = 36;
/** Read only: IPPROTO_TCP, IPPROTO_UDP, …; socket(7). */
export const SO_PROTOCOL = 38;
/** Read only: AF_INET or AF_UNIX; socket(7). */
export const SO_DOMAIN = 39;
/** Kept and given back, without effect here; socket(7). */
export const SO_RXQ_OVFL = 40;
/** Kept and given back, without effect here. */
export const SO_SELECT_ERR_QUEUE = 45;
/** Kept and given back, without effect here; socket(7). */
export const SO_BUSY_POLL = 46;
/** Kept and given back, without effect here. */
export const SO_MAX_PACING_RATE = 47;
/** Kept and given back, without effect here; socket(7). */
export const SO_INCOMING_CPU = 49;

/** The IP header's type of service, 0 to 255; ip(7). */
export const IP_TOS = 1;
/** The IP header's time to live, 1 to 255; -1 for the default, 64; ip(7). */
export const IP_TTL = 2;
/** Only for raw sockets, which aren't modelled; ip(7). */
export const IP_HDRINCL = 3;
/** Kept and given back, without effect here; ip(7). */
export const IP_RECVOPTS = 6;
/** Kept and given back, without effect here; ip(7). */
export const IP_RETOPTS = 7;
/** Kept and given back, without effect here; ip(7). */
export const IP_PKTINFO = 8;
/** 0 to 5: may packets be fragmented, or is the path's MTU to be found? ip(7). */
export const IP_MTU_DISCOVER = 10;
/** 0 or 1: hear of every ICMP error; ip(7). */
export const IP_RECVERR = 11;
/** Kept and given back, without effect here; ip(7). */
export const IP_RECVTTL = 12;
/** Kept and given back, without effect here; ip(7). */
export const IP_RECVTOS = 13;
/** Read only: the path's MTU in bytes, as far as is known; ENOTCONN without a route; ip(7). */
export const IP_MTU = 14;
/** 0 or 1: may bind to an address that isn't this machine's; ip(7). */
export const IP_FREEBIND = 15;
/** Kept and given back, without effect here; ip(7). */
export const IP_TRANSPARENT = 19;
/** Kept and given back, without effect here; ip(7). */
export const IP_RECVORIGDSTADDR = 20;
/** Kept and given back, without effect here; ip(7). */
export const IP_MINTTL = 21;
/** Only for raw sockets, which aren't modelled; ip(7). */
export const IP_NODEFRAG = 22;
/** 0 or 1: bind with port 0 takes no port, connect does; ip(7). */
export const IP_BIND_ADDRESS_NO_PORT = 24;
/** Kept and given back, without effect here; ip(7). */
export const IP_MULTICAST_TTL = 33;
/** Kept and given back, without effect here; ip(7). */
export const IP_MULTICAST_LOOP = 34;
/** Kept and given back, without effect here; ip(7). */
export const IP_MULTICAST_ALL = 49;

/** 0 or 1: small segments leave at once, without Nagle's rule; tcp(7). */
export const TCP_NODELAY = 1;
/** The largest segment to offer and to send, in bytes; tcp(7). */
export const TCP_MAXSEG = 2;
/** 0 or 1: only full segments leave; tcp(7). */
export const TCP_CORK = 3;
/** Seconds of silence before the first keepalive probe; tcp(7). */
export const TCP_KEEPIDLE = 4;
/** Seconds between keepalive probes; tcp(7). */
export const TCP_KEEPINTVL = 5;
/** How many keepalive probes may go unanswered; tcp(7). */
export const TCP_KEEPCNT = 6;
/** How often a SYN is sent again; tcp(7). */
export const TCP_SYNCNT = 7;
/** Seconds that an orphan waits in FIN_WAIT2; negative: not at all; tcp(7). */
export const TCP_LINGER2 = 8;
/** Seconds: a connection is accepted only when data has come; tcp(7). */
export const TCP_DEFER_ACCEPT = 9;
/** Read only: what the connection knows of itself, struct tcp_info; tcp(7). */
export const TCP_INFO = 11;
/** 0 or 1: acknowledge at once, for now; tcp(7). */
export const TCP_QUICKACK = 12;
/** Name of the congestion control, "cubic" or "reno"; tcp(7). */
export const TCP_CONGESTION = 13;
/** Kept and given back, without effect here; tcp(7). */
export const TCP_THIN_LINEAR_TIMEOUTS = 16;
/** Kept and given back, without effect here. */
export const TCP_THIN_DUPACK = 17;
/** Milliseconds that what was sent may stay unacknowledged; 0 for the default; tcp(7). */
export const TCP_USER_TIMEOUT = 18;
/** The connection's timestamp clock, in milliseconds; to be set only while a connection is moved to another machine (TCP_REPAIR). */
export const TCP_TIMESTAMP = 24;
/** Bytes unsent from which on the socket isn't writable; tcp(7). */
export const TCP_NOTSENT_LOWAT = 25;
/** Milliseconds that pass between two retransmissions at most, from 1,000 to 120,000 (since Linux 6.15). */
export const TCP_RTO_MAX_MS = 44;
/** 0 or 1: a receive tells how much is left, as control data; tcp(7). */
export const TCP_INQ = 36;

/** 0 or 1: what is sent is held back and leaves as one datagram; udp(7). */
export const UDP_CORK = 1;

/** Every address of this machine, in bind(2); ip(7). */
export const INADDR_ANY = "0.0.0.0";
/** This machine itself; ip(7). */
export const INADDR_LOOPBACK = "127.0.0.1";

/** An IPv4 endpoint: dotted-quad address and port (0 to 65,535); ip(7). `family` is AF_INET when left out. */
export interface InetAddress {
  /** AF_INET. */
  family?: number;
  /** Four numbers with dots between, such as "10.0.0.2"; "0.0.0.0" in bind is any of this machine's. */
  address: string;
  /** 0 to 65,535; 0 in bind lets the kernel choose one. */
  port: number;
}

/**
 * A Unix-domain endpoint: a path, an abstract name when it starts with a NUL character, or "" for one without a name;
 * unix(7). `family` is AF_UNIX when left out.
 */
export interface UnixAddress {
  /** AF_UNIX. */
  family?: number;
  /** At most 108 bytes. */
  path: string;
}

/** Only a family: AF_UNSPEC dissolves a datagram socket's association; connect(2). */
export interface UnspecAddress {
  /** AF_UNSPEC. */
  family: number;
}

/** What the calls take and return as an address; `family` tells which, and may be left out where the fields do. */
export type SocketAddress = InetAddress | UnixAddress | UnspecAddress;

/** The value of SO_LINGER; socket(7). */
export interface Linger {
  /** 1: close(2) waits, or with a time of 0 resets the connection; 0: it does neither. */
  l_onoff: number;
  /** Seconds. */
  l_linger: number;
}

/** The value of an option: a number for most, a structure for SO_LINGER, the time options and TCP_INFO; or bytes as C would pass them. */
export type SocketOptionValue = number | string | object;

/** What recvfrom(2) returns: the bytes, and who sent them (null when the socket has no address to tell). */
export interface ReceivedFrom {
  /** The bytes; a part of the program's buffer if it gave one. */
  data: Uint8Array;
  /** Who sent them. */
  address: SocketAddress | null;
}

/** What sendmsg(2) takes: parts that leave as one message, and where to when the socket isn't connected. */
export interface MessageToSend {
  /** The parts, in order. */
  iov: readonly Uint8Array[];
  /** Where to; left out or null: to the peer. */
  name?: SocketAddress | null;
}

/** What recvmsg(2) returns: the parts filled, who sent them, and flags such as MSG_TRUNC. */
export interface ReceivedMessage {
  /** The parts that were filled, in order. */
  iov: Uint8Array[];
  /** Who sent it. */
  name: SocketAddress | null;
  /** MSG_* bits, such as MSG_TRUNC: it was cut. */
  flags: number;
}
