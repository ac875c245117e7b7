/** The organs of TCP that can be replaced: `world.host("alice", { modules: { congestionControl: () => mine } })`. */
import type { CongestionControl } from "./congestion/congestion-control";
import { Cubic } from "./congestion/cubic";
import { type ListenQueues, StandardListenQueues } from "./open/listen-queues";
import { OrderedPieces, type StreamReassembler } from "./receive/stream-reassembler";
import { type SendWindow, StandardSendWindow } from "./send/send-window";
import { StandardWakeUpRule, type WakeUpRule } from "./socket/wake-up-rule";
import { type RetransmissionTimer, Rfc6298Timer } from "./timers/retransmission-timer";

export interface TcpModules {
  /** May the next segment leave now? One for the host; lib/net/tcp/send/send-window.ts. */
  sendWindow: () => SendWindow;
  /** When is a sleeper woken? One for the host; lib/net/tcp/socket/wake-up-rule.ts. */
  wakeUpRule: () => WakeUpRule;
  /** Handshakes under way, and connections that wait for accept; one for each listening socket; lib/net/tcp/open/listen-queues.ts. */
  listenQueues: () => ListenQueues;
  /** Bytes that arrive ahead of a gap; one for each connection that sees one; lib/net/tcp/receive/stream-reassembler.ts. */
  streamReassembler: () => StreamReassembler;
  /** How long to wait for an acknowledgement; one for each connection; lib/net/tcp/timers/retransmission-timer.ts. */
  retransmissionTimer: () => RetransmissionTimer;
  /** How much may be under way at once; one for each connection; lib/net/tcp/congestion/congestion-control.ts. */
  congestionControl: () => CongestionControl;
}

export const standardTcpModules: TcpModules = {
  sendWindow: () => new StandardSendWindow(),
  wakeUpRule: () => new StandardWakeUpRule(),
  listenQueues: () => new StandardListenQueues(),
  streamReassembler: () => new OrderedPieces(),
  retransmissionTimer: () => new Rfc6298Timer(),
  congestionControl: () => new Cubic(),
};
