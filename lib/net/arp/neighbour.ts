/**
 * One neighbour, and what this host is doing to reach it.
 *
 *     INCOMPLETE  asked, no answer yet; packets wait here. After three questions, one a second: FAILED
 *     REACHABLE   confirmed not long ago
 *     STALE       known, but not confirmed for a while; good until somebody uses it
 *     DELAY       used while stale; perhaps traffic confirms it within five seconds
 *     PROBE       asked again, directly; after three questions without an answer: FAILED
 *     FAILED      doesn't answer; the next packet begins again
 *
 * Source: RFC 1122 section 2.3.2; RFC 4861 section 7.3.2 (the states); net/core/neighbour.c.
 */
import { Fifo } from "../../kernel/fifo";
import { SECOND } from "../../world/clock";
import type { Ipv4Address, MacAddress } from "../addresses";
import type { NetDevice } from "../interface/net-device";
import { NetTimer } from "../net-timer";
import type { Network } from "../network";
import type { Packet } from "../packet/packet";

export type NeighbourState = "INCOMPLETE" | "REACHABLE" | "STALE" | "DELAY" | "PROBE" | "FAILED";

/** mcast_solicit and ucast_solicit: how often to ask. retrans_time_ms: how long to wait for each answer. */
const QUESTIONS = 3;
const ANSWER_TIME = SECOND;
/** delay_first_probe_time. */
const DELAY_TIME = 5 * SECOND;
/** unres_qlen_bytes: what may wait for the answer. Then the oldest goes. */
const QUEUE_BYTES = 212_992;

/** What a neighbour needs of ARP; arp.ts has it (struct neigh_ops). */
export interface NeighbourOps {
  /** Sends a request: to everybody, or in state PROBE to the card that had the address (RFC 1122 2.3.2.1, "unicast poll"). */
  ask(neighbour: Neighbour): void;
  /** Sends a packet that has waited to the card that is known now. */
  send(neighbour: Neighbour, packet: Packet, mac: MacAddress): void;
  /** Nobody has answered: this packet can't be delivered. */
  failed(neighbour: Neighbour, packet: Packet): void;
  /** Nothing is known of it any more. */
  gone(neighbour: Neighbour): void;
  /** Tells the trace how it stands. */
  report(neighbour: Neighbour): void;
}

export class Neighbour {
  state: NeighbourState = "FAILED";
  private questions = 0;
  private waiting = new Fifo<Packet>();
  private waitingBytes = 0;
  private readonly timer: NetTimer;

  constructor(
    private readonly network: Network,
    private readonly arp: NeighbourOps,
    readonly device: NetDevice,
    readonly address: Ipv4Address,
    name: string,
  ) {
    this.timer = new NetTimer(network, name, "arp", () => this.timeOver());
  }

  get queued(): number {
    return this.waiting.length;
  }

  /** Its card isn't known: the packet waits, and a question goes out unless one is out already. */
  resolve(packet: Packet): void {
    this.waiting.add(packet);
    this.waitingBytes += packet.length;
    while (this.waitingBytes > QUEUE_BYTES) {
      const oldest = this.waiting.take();
      if (oldest === undefined) break;
      this.waitingBytes -= oldest.length;
      this.network.drop(oldest, "arp", "neighbour queue full");
    }
    if (this.state === "INCOMPLETE") {
      this.arp.report(this);
      return;
    }
    this.setState("INCOMPLETE");
    this.questions = 0;
    this.askAgain();
  }

  /** It was used although nobody has confirmed it for a while. */
  usedStale(): void {
    if (this.state === "DELAY" || this.state === "PROBE") return;
    this.setState("DELAY");
    this.timer.setIn(DELAY_TIME);
  }

  /** It has answered, or a protocol above knows that it is there. What waited goes. */
  confirmed(mac: MacAddress): void {
    this.timer.stop();
    this.sendWaiting("REACHABLE", mac);
  }

  /** It has told its address by asking for ours; whether it hears us is another question. What waited goes. */
  heardOf(mac: MacAddress): void {
    if (this.state !== "INCOMPLETE" && this.state !== "FAILED") return;
    this.timer.stop();
    this.sendWaiting("STALE", mac);
  }

  private sendWaiting(state: NeighbourState, mac: MacAddress): void {
    const waiting = this.emptyQueue();
    this.setState(state);
    for (const packet of waiting) this.arp.send(this, packet, mac);
  }

  private emptyQueue(): Fifo<Packet> {
    const { waiting } = this;
    this.waiting = new Fifo();
    this.waitingBytes = 0;
    return waiting;
  }

  private askAgain(): void {
    this.questions++;
    this.arp.ask(this);
    this.timer.setIn(ANSWER_TIME);
  }

  private timeOver(): void {
    if (this.state === "DELAY") {
      this.setState("PROBE");
      this.questions = 0;
      this.askAgain();
      return;
    }
    if (this.questions < QUESTIONS) {
      this.askAgain();
      return;
    }
    const waiting = this.emptyQueue();
    this.setState("FAILED");
    this.arp.gone(this);
    for (const packet of waiting) this.arp.failed(this, packet);
  }

  private setState(state: NeighbourState): void {
    this.state = state;
    this.arp.report(this);
  }
}
