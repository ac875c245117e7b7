/** The organs of TCP that can be replaced: `world.host("alice", { modules: { congestionControl: () => mine } })`. */
import type { CongestionControl } from "./congestion-control";
import { Cubic } from "./cubic";
import { type ListenQueues, StandardListenQueues } from "./listen-queues";
import { OrderedPieces, type Reassembler } from "./reassembler";
import { type RetransmissionTimer, Rfc6298Timer } from "./retransmission-timer";
import { type SendWindow, StandardSendWindow } from "./send-window";
import { StandardWakeUpRule, type WakeUpRule } from "./wake-up-rule";

export interface TcpModules {
  /** send-window.ts; one for the host */
  sendWindow: () => SendWindow;
  /** wake-up-rule.ts; one for the host */
  wakeUpRule: () => WakeUpRule;
  /** listen-queues.ts; one for each listening socket */
  listenQueues: () => ListenQueues;
  /** reassembler.ts; one for each connection that sees a gap */
  streamReassembler: () => Reassembler;
  /** retransmission-timer.ts; one for each connection */
  retransmissionTimer: () => RetransmissionTimer;
  /** congestion-control.ts; one for each connection */
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
