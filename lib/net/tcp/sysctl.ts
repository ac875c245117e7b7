/**
 * What an administrator can set: /proc/sys/net/ipv4/tcp_*, for one host.
 *
 *     world.host("alice", { sysctl: { tcp_syn_retries: 2 } })
 *
 * Names, units and defaults are Linux's (6.18).
 *
 * Source: Documentation/networking/ip-sysctl.rst, tcp(7).
 */
export class TcpSysctl {
  /** Bytes of memory for a socket's receive buffer: at least, at first, at most. */
  tcp_rmem: readonly [number, number, number] = [4096, 131_072, 33_554_432];
  /** The same for the send buffer. */
  tcp_wmem: readonly [number, number, number] = [4096, 16_384, 4_194_304];
  /** How often a SYN is sent again: so many times at growing intervals, after those a second apart. */
  tcp_syn_retries = 6;
  tcp_syn_linear_timeouts = 4;
  tcp_synack_retries = 5;
  /** Is a SYN for which there is no room answered by a cookie: 0 never, 1 yes, 2 every SYN is, with room or without? */
  tcp_syncookies = 1;
  /** Timeouts of data until the connection is given up; for one that nobody has open any more (0 means 8). */
  tcp_retries2 = 15;
  tcp_orphan_retries = 0;
  /** Seconds that an orphan waits in FIN_WAIT2. */
  tcp_fin_timeout = 60;
  /** Is a RST in TIME_WAIT ignored (RFC 1337)? */
  tcp_rfc1337 = 0;
  /** Seconds of silence before the first probe, seconds between probes, how many. */
  tcp_keepalive_time = 7200;
  tcp_keepalive_intvl = 75;
  tcp_keepalive_probes = 9;
  /** Does the congestion window fall back after an idle time (RFC 5681 4.1)? */
  tcp_slow_start_after_idle = 1;
  /** Is a connection reset that finds the accept queue full? */
  tcp_abort_on_overflow = 0;
  /** Milliseconds between two answers to segments that can't be accepted. */
  tcp_invalid_ratelimit = 500;
  /** Pieces that may arrive out of order before anything is taken for lost. */
  tcp_reordering = 3;
  /** Tail loss probes (0: none), and F-RTO (0: not). */
  tcp_early_retrans = 3;
  tcp_frto = 2;
  /** Segments that may leave as one run however slow the connection is. */
  tcp_min_tso_segs = 2;
  /** Bytes unsent above which a socket isn't writable. */
  tcp_notsent_lowat = 0xffff_ffff;
  /** Does the receive buffer grow with what the program reads? */
  tcp_moderate_rcvbuf = 1;
  /** May a window that was offered be taken back when memory gets short? */
  tcp_shrink_window = 0;
  tcp_timestamps = 1;
  tcp_window_scaling = 1;
  tcp_sack = 1;
  tcp_dsack = 1;
  /** net.core.somaxconn: the longest backlog that listen(2) may ask for. */
  somaxconn = 4096;
}
