/**
 * What a program has asked of a TCP socket, before or during its connection. An accepted socket starts with its listener's.
 *
 * Hardly any socket asks for something, so they share one object with all that Linux does unasked, until one of them does.
 *
 * Source: tcp(7).
 */
import type { Nanoseconds } from "../../world/clock";
import type { Remembered } from "../socket/remembered-options";

export class TcpSettings {
  /** TCP_NODELAY: small segments leave at once. */
  nodelay = false;
  /** TCP_CORK: small segments don't leave at all. */
  corked = false;
  /** TCP_MAXSEG in bytes; 0 when not set. */
  userMss = 0;
  /** TCP_USER_TIMEOUT: how long what was sent may stay unacknowledged; 0 when not set. */
  userTimeout: Nanoseconds = 0;
  /** TCP_RTO_MAX_MS: how long it is from one retransmission to the next at most; 0 when not set. */
  longestTimeout: Nanoseconds = 0;
  /** TCP_KEEPIDLE: how long a silence is before the first keepalive probe; 0 when not set. */
  keepIdle: Nanoseconds = 0;
  /** TCP_KEEPINTVL: how long from one probe to the next; 0 when not set. */
  keepInterval: Nanoseconds = 0;
  /** TCP_KEEPCNT: how many probes may go unanswered; 0 when not set. */
  keepCount = 0;
  /** TCP_SYNCNT: how often a SYN is sent again; 0 when not set. */
  synRetries = 0;
  /** TCP_LINGER2 in seconds: how long an orphan waits in FIN_WAIT2; 0 when not set, -1 not at all. */
  linger2 = 0;
  /** TCP_DEFER_ACCEPT, as a number of SYN-ACKs: how long a connection may wait for its first data before it counts as one. */
  deferAccept = 0;
  /** TCP_CONGESTION; null when not set. */
  congestion: string | null = null;
  /** TCP_WINDOW_CLAMP in bytes; 0 when not set. */
  windowClamp = 0;
  /** TCP_NOTSENT_LOWAT in bytes; 0 when not set. */
  unsentLowWater = 0;
  /** Those without effect here (socket/remembered-options.ts); made with the first. */
  remembered: Remembered | null = null;

  /** What an accepted connection has of them: it accepts nothing itself. */
  ofChild(): TcpSettings {
    if (this.deferAccept === 0) return this;
    const settings = this.copy();
    settings.deferAccept = 0;
    return settings;
  }

  /** The same, to be changed for one socket. */
  copy(): TcpSettings {
    const copy = Object.assign(new TcpSettings(), this);
    if (this.remembered !== null) copy.remembered = new Map(this.remembered);
    return copy;
  }
}

/** Nothing was asked for. */
export const STANDARD_SETTINGS = new TcpSettings();
