/** The organs of TCP that can be replaced: `world.host("alice", { modules: { congestionControl: () => mine } })`. */
import type { CongestionControl } from "./congestion-control";
import { Cubic } from "./cubic";
import { type ListenQueues, StandardListenQueues } from "./listen-queues";
import { OrderedPieces, type Reassembler } from "./reassembler";
import { type RetransmissionTimer, Rfc6298Timer } from "./retransmission-timer";
import { type SendWindow, StandardSendWindow } from "./send-window";
import { StandardWakeUpRule, type WakeUpRule } from "./wake-up-rule";

export interface TcpModules {
  /** May the next segment leave now? One for the host; lib/net/tcp/send-window.ts. */
  sendWindow: () => SendWindow;
  /** When is a sleeper woken? One for the host; lib/net/tcp/wake-up-rule.ts. */
  wakeUpRule: () => WakeUpRule;
  /** Handshakes under way, and connections that wait for accept; one for each listening socket; lib/net/tcp/listen-queues.ts. */
  listenQueues: () => ListenQueues;
  /** Bytes that arrive ahead of a gap; one for each connection that sees one; lib/net/tcp/reassembler.ts. */
  streamReassembler: () => Reassembler;
  /** How long to wait for an acknowledgement; one for each connection; lib/net/tcp/retransmission-timer.ts. */
  retransmissionTimer: () => RetransmissionTimer;
  /** How much may be under way at once; one for each connection; lib/net/tcp/congestion-control.ts. */
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
