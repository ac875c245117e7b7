/**
 * What happens in TCP, as plain data: segments, and every number of a control block when it changes. What `ss -tanimo` shows is
 * folded from these (lib/trace/tables/tcp.ts).
 *
 * A connection's state and addresses are in `socket.change`, the bytes in its queues in `socket.buffer`, as for any socket; its timers
 * in `net.timer` and `net.timer.fire`.
 */
import type { EventBase } from "../../kernel/events";
import type { RecoveryState } from "./loss-recovery/recovery-state";

type Ev<Type extends string, Fields> = EventBase & { readonly type: Type } & Readonly<Fields>;

/**
 * A control block, as `ss -ti` shows it. Sequence numbers are from 0 to 2³² − 1, times in nanoseconds, sizes in bytes; what is counted
 * in segments says so.
 */
export interface TcpControl {
  // The sequence spaces and the windows (RFC 9293 3.3.1)
  /** Numbers of the two SYNs. */
  iss: number;
  /** The peer's SYN. */
  irs: number;
  /** The oldest number sent and not acknowledged. */
  sndUna: number;
  /** The next number to be sent. */
  sndNxt: number;
  /** The peer's window, and the rest of ours. */
  sndWnd: number;
  /** The next number that is expected. */
  rcvNxt: number;
  /** The rest of our window. */
  rcvWnd: number;
  /** How large a window we are ready to offer at present. */
  rcvThreshold: number;
  // What the handshake has agreed on
  /** RFC 7323. */
  timestamps: boolean;
  /** RFC 2018. */
  sackPermitted: boolean;
  /** How far the peer's windows are shifted. */
  sndScale: number;
  /** How far ours are. */
  rcvScale: number;
  /** Payload of a full segment that we send now, that the peer sends, and that we said we take. */
  sndMss: number;
  /** Of a full segment that the peer sends. */
  rcvMss: number;
  /** Of a full segment as we said that we take it. */
  advMss: number;
  /** Bytes; 0 while there is no route. */
  pathMtu: number;
  // Congestion and loss, in segments
  /** "cubic", "reno", or a module's name. */
  congestionControl: string;
  /** Segments that may be under way. */
  cwnd: number;
  /** Where slow start ends. */
  ssthresh: number;
  /** Sent and not acknowledged (packets_out). */
  unacknowledged: number;
  /** Believed to be on their way: "pipe" of RFC 6675. */
  inFlight: number;
  /** Have arrived ahead of a gap. */
  sacked: number;
  /** Taken for lost. */
  lost: number;
  /** Sent again and not acknowledged. */
  retransmitted: number;
  /** Sent again since the connection began. */
  totalRetransmits: number;
  /** What is being done about losses. */
  recovery: RecoveryState;
  /** How far the path is known to reorder. */
  reordering: number;
  // Round-trip time and timeouts
  /** Smoothed round-trip time; 0 while there was none. */
  srtt: number;
  /** Its variation. */
  rttvar: number;
  /** How long an acknowledgement is waited for. */
  rto: number;
  /** The shortest round trip; 0 while there was none. */
  minRtt: number;
  /** How long our acknowledgements wait at present. */
  ato: number;
  /** Timeouts and window probes in a row without an answer. */
  timeouts: number;
  /** How often the timeout has doubled. */
  backOff: number;
  /** Window probes in a row without an answer. */
  probes: number;
  // Memory
  /** What waits to be read. */
  receiveMemory: number;
  /** What waits to be sent or acknowledged. */
  sendMemory: number;
  /** Bytes ahead of a gap. */
  outOfOrder: number;
  // When
  /** When data was last sent; this and the next two are the beginnings of ticks, of 4 ms. */
  lastSent: number;
  /** When data last came. */
  lastReceived: number;
  /** When anything last came. */
  lastHeard: number;
}

/** Something that happened in TCP; `type` says what. */
export type TcpEvent =
  /**
   * A segment comes in or goes out. `object` is the socket that it is for, or that sent it; null for what belongs to none: a RST to
   * nobody, the SYN-ACK to a request. Numbers as they are in the header: `seq` and `ack` from 0 to 2³² − 1, `window` not scaled; `length`
   * is the payload's, in bytes. `flags` as "SYN ACK".
   */
  | Ev<
      "tcp.segment",
      {
        direction: "in" | "out";
        object: string | null;
        local: string;
        remote: string;
        flags: string;
        seq: number;
        ack: number;
        window: number;
        length: number;
      }
    >
  /** Those numbers of a control block that have changed. The first time all of them. */
  | Ev<"tcp.control", { object: string } & Partial<TcpControl>>
  /** A handshake seen from the listener `object`: begun by a SYN, over when it is complete or given up. */
  | Ev<"tcp.request", { object: string; action: "add" | "remove"; local: string; remote: string }>
  /** What is left of a connection that we closed first; `until` is when it goes. Told again when that moves. */
  | Ev<
      "tcp.time-wait",
      { action: "add" | "remove"; local: string; remote: string; state: "FIN_WAIT2" | "TIME_WAIT"; until: number }
    >;
