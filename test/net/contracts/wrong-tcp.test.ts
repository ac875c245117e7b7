/** Modules that somebody with one particular misconception would write: the contract refuses each, where it should. TCP. */
import { describe } from "vitest";
import { type CongestionWindow, slowStart } from "../../../lib/net/tcp/congestion/congestion-control";
import { Reno } from "../../../lib/net/tcp/congestion/reno";
import { StandardListenQueues } from "../../../lib/net/tcp/open/listen-queues";
import { OrderedPieces } from "../../../lib/net/tcp/receive/stream-reassembler";
import { type SendQuestion, StandardSendWindow } from "../../../lib/net/tcp/send/send-window";
import { StandardWakeUpRule } from "../../../lib/net/tcp/socket/wake-up-rule";
import { Rfc6298Timer } from "../../../lib/net/tcp/timers/retransmission-timer";
import { congestionControlContract } from "./congestion-control";
import { listenQueuesContract } from "./listen-queues";
import { but, expectRefused } from "./refused";
import { retransmissionTimerContract } from "./retransmission-timer";
import { sendWindowContract } from "./send-window";
import { streamReassemblerContract } from "./stream-reassembler";
import { wakeUpRuleContract } from "./wake-up-rule";

describe("is refused", () =>
  expectRefused([
    [
      "listen queues: a backlog of 5 means 5",
      (test) =>
        listenQueuesContract(() => {
          const queues = new StandardListenQueues<unknown, unknown>();
          const setBacklog = queues.setBacklog.bind(queues);
          return but(queues, { setBacklog: (backlog: number) => setBacklog(backlog - 1) });
        }, test),
      "one connection more than the backlog fits; a place that is left is free again",
    ],
    [
      "listen queues: a handshake is begun whatever waits",
      (test) =>
        listenQueuesContract(() => but(new StandardListenQueues<unknown, unknown>(), { mayRequest: () => true }), test),
      "while the accept queue is full, no handshake is begun",
    ],
    [
      "stream reassembler: bytes that come twice wait twice",
      (test) =>
        streamReassemblerContract(() => {
          const pieces = new OrderedPieces();
          let bytes = 0;
          return {
            get bytes() {
              return bytes;
            },
            insert(seq, data) {
              bytes += data.length;
              pieces.insert(seq, data);
            },
            take(next) {
              const taken = pieces.take(next);
              bytes -= taken?.length ?? 0;
              return taken;
            },
            blocks: () => pieces.blocks(),
          };
        }, test),
      "the same bytes again, or some of them, count once",
    ],
    [
      "stream reassembler: runs in the order of the stream",
      (test) =>
        streamReassemblerContract(() => {
          const pieces = new OrderedPieces();
          const blocks = pieces.blocks.bind(pieces);
          return but(pieces, { blocks: () => [...blocks()].sort((a, b) => a.left - b.left) });
        }, test),
      "the runs: joined where they touch, the one that was inserted into last first (RFC 2018 section 4)",
    ],
    [
      "retransmission timer: waiting longer doesn't help",
      (test) => retransmissionTimerContract(() => but(new Rfc6298Timer(), { backOff: () => {} }), test),
      "each timeout doubles it, up to the limit (5.5)",
    ],
    [
      "retransmission timer: the last measurement is the estimate",
      (test) =>
        retransmissionTimerContract(() => {
          const timer = new Rfc6298Timer();
          const measured = timer.measured.bind(timer);
          return but(timer, {
            measured(rtt) {
              timer.srtt = 0;
              measured(rtt);
            },
          });
        }, test),
      "later ones move it by an eighth, and the variation by a quarter (2.3)",
    ],
    [
      "congestion control: a loss is no reason to slow down",
      (test) =>
        congestionControlContract(
          () => but(new Reno(), { thresholdAfterLoss: ({ cwnd }: CongestionWindow) => Math.max(cwnd, 2) }),
          test,
        ),
      "a loss: the threshold falls well below the window, never below two segments",
    ],
    [
      "congestion control: slow start for ever",
      (test) =>
        congestionControlContract(
          () =>
            but(new Reno(), {
              acknowledged(window: CongestionWindow, segments: number) {
                window.ssthresh = 0x7fff_ffff;
                slowStart(window, segments);
              },
            }),
          test,
        ),
      "congestion avoidance: from the threshold on it grows, slowly",
    ],
    [
      "send window: the peer's buffer is its own problem",
      (test) =>
        sendWindowContract(() => {
          const ours = new StandardSendWindow();
          return { maySend: (question) => ours.maySend({ ...question, peerWindow: 1e9 }) };
        }, test),
      "the peer's window: up to its last byte, and not one beyond",
    ],
    [
      "send window: a small segment waits while anything is outstanding",
      (test) =>
        sendWindowContract(() => {
          const ours = new StandardSendWindow();
          const smallOutstanding = ({ outstanding }: SendQuestion) => outstanding > 0;
          return { maySend: (question) => ours.maySend({ ...question, smallOutstanding: smallOutstanding(question) }) };
        }, test),
      "Minshall: full segments outstanding don't hold a small one back",
    ],
    [
      "wake-up rule: any byte is worth it",
      (test) => wakeUpRuleContract(() => but(new StandardWakeUpRule(), { readable: (waiting) => waiting > 0 }), test),
      "readable: from the low-water mark on",
    ],
    [
      "wake-up rule: any room is worth it",
      (test) =>
        wakeUpRuleContract(() => but(new StandardWakeUpRule(), { writable: (used, size) => used < size }), test),
      "writable: when what is free is half of what is used, a third of the whole",
    ],
    [
      "wake-up rule: everybody is woken",
      (test) => wakeUpRuleContract(() => but(new StandardWakeUpRule(), { enough: () => false }), test),
      "enough: one exclusive sleeper that took the wake-up; all others go on",
    ],
  ]));
