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
  /** Bytes of memory for a socket's send buffer: at least, at first, at most. */
  tcp_wmem: readonly [number, number, number] = [4096, 16_384, 4_194_304];
  /** How often a SYN is sent again at growing intervals, after those a second apart (tcp_syn_linear_timeouts). */
  tcp_syn_retries = 6;
  /** How often a SYN is sent again a second after the one before, at first. */
  tcp_syn_linear_timeouts = 4;
  /** How often a SYN-ACK is sent again. */
  tcp_synack_retries = 5;
  /** Is a SYN for which there is no room answered by a cookie: 0 never, 1 yes, 2 every SYN is, with room or without? */
  tcp_syncookies = 1;
  /** Timeouts of data until the connection is given up. */
  tcp_retries2 = 15;
  /** The same for a connection that no program has open any more; 0 means 8. */
  tcp_orphan_retries = 0;
  /** Milliseconds from one retransmission to the next at most; a SYN-ACK isn't held to that (Linux 6.18). */
  tcp_rto_max_ms = 120_000;
  /** Seconds that an orphan waits in FIN_WAIT2. */
  tcp_fin_timeout = 60;
  /** Is a RST in TIME_WAIT ignored (RFC 1337): 0 no, 1 yes? */
  tcp_rfc1337 = 0;
  /** Seconds of silence before the first keepalive probe. */
  tcp_keepalive_time = 7200;
  /** Seconds between keepalive probes. */
  tcp_keepalive_intvl = 75;
  /** How many keepalive probes may go unanswered. */
  tcp_keepalive_probes = 9;
  /** Does the congestion window fall back after an idle time (RFC 5681 4.1): 0 no, 1 yes? */
  tcp_slow_start_after_idle = 1;
  /** Is a connection reset that finds the accept queue full: 0 no, 1 yes? */
  tcp_abort_on_overflow = 0;
  /** Milliseconds between two answers to segments that can't be accepted. */
  tcp_invalid_ratelimit = 500;
  /** Does the urgent pointer point to the urgent byte, as RFC 9293 has it, and not behind it? */
  tcp_stdurg = 0;
  /** Pieces that may arrive out of order before anything is taken for lost. */
  tcp_reordering = 3;
  /** Tail loss probes (RFC 8985 7): 0 none, 3 yes. */
  tcp_early_retrans = 3;
  /** Finding out whether a timeout was needless (F-RTO, RFC 5682): 0 no. */
  tcp_frto = 2;
  /** Do small pieces that are sent again leave as one: 0 no, 1 yes? */
  tcp_retrans_collapse = 1;
  /** The congestion control of who chooses none: "cubic" or "reno"; another one replaces it as a module. */
  tcp_congestion_control = "cubic";
  /**
   * How much faster than the window is acknowledged data may leave in slow start, in percent. Here it limits runs only
   * (send/run-size.ts).
   */
  tcp_pacing_ss_ratio = 200;
  /** The same after slow start. */
  tcp_pacing_ca_ratio = 120;
  /** Segments that may leave as one run however slow the connection is. */
  tcp_min_tso_segs = 2;
  /** Bytes unsent above which a socket isn't writable. */
  tcp_notsent_lowat = 0xffff_ffff;
  /** Does the receive buffer grow with what the program reads: 0 no, 1 yes? */
  tcp_moderate_rcvbuf = 1;
  /** Bytes that a connection may have in the queues below it, at most. */
  tcp_limit_output_bytes = 4_194_304;
  /** May a window that was offered be taken back when memory gets short: 0 no, 1 yes? */
  tcp_shrink_window = 0;
  /** Explicit congestion notification: 0 never, 1 asked for, 2 agreed to when the peer asks. */
  tcp_ecn = 2;
  /** Timestamps (RFC 7323): 0 no, 1 yes. */
  tcp_timestamps = 1;
  /** Windows larger than 64 KiB (RFC 7323): 0 no, 1 yes. */
  tcp_window_scaling = 1;
  /** Selective acknowledgements (RFC 2018): 0 no, 1 yes. */
  tcp_sack = 1;
  /** Telling by SACK what has come twice (RFC 2883): 0 no, 1 yes. */
  tcp_dsack = 1;
  /** How many acknowledgements behind a gap are held back at most (receive/sack-compression.ts). */
  tcp_comp_sack_nr = 44;
  /** For how long, in nanoseconds. */
  tcp_comp_sack_delay_ns = 1_000_000;
  /** net.core.somaxconn: the longest backlog that listen(2) may ask for. */
  somaxconn = 4096;
}

/**
 * What Linux has beside these and what changes nothing in this model: accepted, so that a recipe for the real machine may be followed,
 * and forgotten.
 */
export const UNUSED_SYSCTLS: readonly string[] = [
  "tcp_abc",
  "tcp_adv_win_scale",
  "tcp_allowed_congestion_control",
  "tcp_app_win",
  "tcp_autocorking",
  "tcp_available_congestion_control",
  "tcp_backlog_ack_defer",
  "tcp_base_mss",
  "tcp_challenge_ack_limit",
  "tcp_comp_sack_rtt_percent",
  "tcp_comp_sack_slack_ns",
  "tcp_ecn_fallback",
  "tcp_ecn_option",
  "tcp_fack",
  "tcp_fastopen",
  "tcp_fastopen_blackhole_timeout_sec",
  "tcp_fastopen_key",
  "tcp_fwmark_accept",
  "tcp_l3mdev_accept",
  "tcp_low_latency",
  "tcp_max_orphans",
  "tcp_max_reordering",
  "tcp_max_syn_backlog",
  "tcp_max_tw_buckets",
  "tcp_mem",
  "tcp_migrate_req",
  "tcp_min_rtt_wlen",
  "tcp_min_snd_mss",
  "tcp_mtu_probe_floor",
  "tcp_mtu_probing",
  "tcp_no_metrics_save",
  "tcp_no_ssthresh_metrics_save",
  "tcp_probe_interval",
  "tcp_probe_threshold",
  "tcp_recovery",
  "tcp_reflect_tos",
  "tcp_retries1",
  "tcp_rto_min_us",
  "tcp_thin_linear_timeouts",
  "tcp_tso_rtt_log",
  "tcp_tso_win_divisor",
  "tcp_tw_reuse",
  "tcp_tw_reuse_delay",
  "tcp_workaround_signed_windows",
];
