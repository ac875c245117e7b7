/**
 * A listening socket: it answers SYNs, completes handshakes, and hands out the connections that come of them.
 *
 * The kernel completes handshakes by itself; accept only takes what is there. Where there is room for a request or a connection is
 * said by the two queues (listen-queues.ts). A client whose last ACK was dropped, because the accept queue was full, believes that
 * it is connected.
 *
 * Source: listen(2), RFC 9293 section 3.10.7.2 (LISTEN); tcp_conn_request, tcp_v4_syn_recv_sock, inet_csk_listen_stop in Linux.
 */
import { Bag } from "../../../kernel/bag";
import { Alarm } from "../../alarm";
import type { Flow } from "../../ip/flow";
import { SEND_SHUTDOWN } from "../../socket/sock";
import { sendFin } from "../close/close";
import { resetFor } from "../close/refuse";
import { Ecn } from "../congestion/ecn";
import type { TcpHost } from "../host";
import { segmentArrives } from "../receive/segment-arrives";
import { ACK, CWR, ECE, FIN, RST, Segment, SYN } from "../segment";
import { DEFAULT_MSS } from "../send/mss";
import { add, toSeq } from "../sequence";
import type { Tcb } from "../tcb";
import type { TcpOwner } from "../tcp-owner";
import { established, measureHandshake } from "./established";
import type { ListenQueues } from "./listen-queues";
import { readStamp, SynCookies, stampWith } from "./syn-cookie";
import { SynRequest } from "./syn-request";

/** What a listener asks of TCP besides what a connection asks. */
export interface ListenerHome extends TcpHost {
  /** The way to whoever sent this request, with the listener's fields of the IP header; null when there is none. */
  flowFor(request: Segment, like: Flow): Flow | null;
  addRequest(request: SynRequest): void;
  removeRequest(request: SynRequest): void;
  dropped(segment: Segment): void;
}

/** The socket of an established connection that waits to be accepted. */
export interface ChildSocket extends TcpOwner {
  readonly tcb: Tcb;
  /** It will never be accepted: end its connection by a RST. */
  abandon(): void;
}

/** The listening socket. */
export interface ListeningSocket<Child extends ChildSocket> extends TcpOwner {
  /** A socket for a new connection, with this one's options, in the place of the request. */
  makeChild(request: SynRequest): Child;
  backlogChanged(): void;
}

export class Listener<Child extends ChildSocket = ChildSocket> {
  readonly queues: ListenQueues<SynRequest, Child>;
  /** What is in the queues, for the day when nobody listens any more. */
  private readonly requests = new Bag<SynRequest>();
  /** For the first of them that has waited too long for its answer. */
  private readonly alarm: Alarm;
  private ownCookies: SynCookies | null = null;
  /** As listen(2) was told. */
  private limit = 0;

  constructor(
    readonly home: ListenerHome,
    readonly owner: ListeningSocket<Child>,
  ) {
    this.queues = home.modules.listenQueues() as ListenQueues<SynRequest, Child>;
    this.alarm = new Alarm(home.clock, () => home.runTimer(() => this.askAgain()));
  }

  get backlog(): number {
    return this.limit;
  }

  set backlog(backlog: number) {
    this.limit = backlog;
    this.queues.setBacklog(backlog);
  }

  /** RFC 9293 3.10.7.2. */
  arrives(segment: Segment): void {
    // "First, check for a RST: … An incoming RST should be ignored." "Second, check for an ACK: … An acceptable reset segment should be
    // formed for any arriving ACK-bearing segment."
    if (segment.has(RST)) return;
    if (segment.has(ACK)) {
      if (segment.has(SYN) || !this.answersCookie(segment)) resetFor(this.home, segment);
      return;
    }
    if (!segment.has(SYN) || segment.has(FIN)) return;
    const { tcp_syncookies } = this.home.sysctl;
    const remembers = tcp_syncookies !== 2 && this.queues.mayRequest();
    if (!this.queues.mayComplete() || (!remembers && tcp_syncookies === 0)) {
      this.home.dropped(segment);
      return;
    }
    const flow = this.home.flowFor(segment, this.owner.flow);
    if (flow === null) return;
    if (!remembers) {
      this.answerWithCookie(segment, flow);
      return;
    }
    const iss = toSeq(this.home.random32());
    const request = new SynRequest(this, segment, flow, { iss, tsOffset: this.home.random32() | 0, cookie: false });
    this.requests.add(request);
    this.alarm.by(request.deadline);
    this.queues.addRequest(request);
    this.home.addRequest(request);
    request.sendSynAck();
  }

  private get cookies(): SynCookies {
    this.ownCookies ??= new SynCookies(this.home.random32());
    return this.ownCookies;
  }

  /** There is no room for another request: all that must be known of it goes into the answer. */
  private answerWithCookie(syn: Segment, flow: Flow): void {
    const now = this.home.clock.now();
    // What no timestamp carries is lost.
    if (!syn.hasTimestamps) {
      syn.windowScale = -1;
      syn.sackPermitted = false;
      syn.flags = SYN;
    }
    const iss = this.cookies.make(syn, syn.mss > 0 ? syn.mss : DEFAULT_MSS, now);
    const request = new SynRequest(this, syn, flow, { iss, tsOffset: this.cookies.stampOffset(syn), cookie: true });
    const windowScale = request.scaling ? request.peerWindowScale : -1;
    const stamp = stampWith({ windowScale, sackPermitted: request.sackPermitted, ecn: request.ecn }, now);
    request.sendSynAck((stamp + request.tsOffset) | 0);
  }

  /** Does this ACK bring a cookie back? Then the request is made up again from it, and the handshake is complete (cookie_v4_check). */
  private answersCookie(ack: Segment): boolean {
    if (this.ownCookies === null) return false;
    const mss = this.cookies.check(ack, this.home.clock.now());
    const flow = mss === 0 ? null : this.home.flowFor(ack, this.owner.flow);
    if (flow === null) return false;
    const tsOffset = this.cookies.stampOffset(ack);
    const syn = new Segment().begin(ack.source, ack.sourcePort, ack.destination, ack.destinationPort);
    syn.seq = add(ack.seq, -1);
    syn.mss = mss;
    syn.hasTimestamps = ack.hasTimestamps;
    syn.tsVal = ack.tsVal;
    if (ack.hasTimestamps) {
      const { windowScale, sackPermitted, ecn } = readStamp((ack.tsEcr - tsOffset) | 0);
      syn.windowScale = windowScale;
      syn.sackPermitted = sackPermitted;
      syn.flags = ecn ? SYN | ECE | CWR : SYN;
    }
    const request = new SynRequest(this, syn, flow, { iss: add(ack.ack, -1), tsOffset, cookie: true });
    if (this.queues.mayComplete()) this.admit(request, ack);
    else this.home.dropped(ack);
    return true;
  }

  /** The ACK that completes a handshake. */
  complete(request: SynRequest, segment: Segment): void {
    if (!this.queues.mayComplete()) {
      // The request stays, and its timer asks again.
      this.home.dropped(segment);
      if (this.home.sysctl.tcp_abort_on_overflow !== 0) {
        resetFor(this.home, segment);
        this.forget(request);
      }
      return;
    }
    this.forget(request);
    this.admit(request, segment);
  }

  /** The connection takes its place in the accept queue, and the segment is its first. */
  private admit(request: SynRequest, segment: Segment): void {
    const child = this.owner.makeChild(request);
    this.queues.addConnection(child);
    this.owner.backlogChanged();
    beginEstablished(child.tcb, request, segment);
    // Of a listener that was shut down before it listened: so are its children.
    if ((child.shutdownMask & SEND_SHUTDOWN) !== 0) sendFin(child.tcb);
    segmentArrives(child.tcb, segment);
    this.home.tracer?.changes(child.tcb);
    this.owner.wakeForData();
  }

  forget(request: SynRequest): void {
    this.requests.delete(request);
    this.queues.removeRequest(request);
    this.home.removeRequest(request);
  }

  /** Whose SYN-ACK had no answer in time gets it again, or is given up. */
  private askAgain(): void {
    const now = this.home.clock.now();
    for (const request of this.requests) {
      if (request.deadline <= now) request.timeout();
      if (this.requests.has(request)) this.alarm.by(request.deadline);
    }
  }

  /** The next connection; null when there is none. */
  take(): Child | null {
    const child = this.queues.takeConnection();
    if (child !== null) this.owner.backlogChanged();
    return child;
  }

  /** Nobody will accept any more: requests are forgotten, connections reset (inet_csk_listen_stop). */
  stop(): void {
    this.alarm.stop();
    for (const request of this.requests) this.forget(request);
    for (let child = this.queues.takeConnection(); child !== null; child = this.queues.takeConnection())
      child.abandon();
  }
}

/** The control block of a connection that a request has grown into. */
function beginEstablished(tcb: Tcb, request: SynRequest, segment: Segment): void {
  const { snd, rcv } = tcb;
  tcb.startAt(request.iss);
  snd.una = add(request.iss, 1);
  snd.countedFrom = snd.una;
  snd.nxt = snd.una;
  snd.small = snd.una;
  snd.mss = request.peerMss;
  snd.scale = request.peerWindowScale;
  rcv.irs = request.irs;
  rcv.nxt = add(request.irs, 1);
  rcv.wup = rcv.nxt;
  rcv.wnd = request.window;
  rcv.clamp = request.windowClamp;
  rcv.offeredMss = request.ownMss;
  rcv.scale = request.windowScale;
  tcb.scaling = request.scaling;
  tcb.timestamps = request.timestamps;
  tcb.tsOffset = request.tsOffset;
  tcb.noteTimestamp(request.latestTimestamp);
  tcb.sackPermitted = request.sackPermitted;
  tcb.ecn = request.ecn ? new Ecn() : null;
  tcb.state = "SYN_RECV";
  if (request.sentAgain > 0) tcb.loss.totalRetransmits = request.sentAgain;
  measureHandshake(tcb, segment, request.cookie || request.sentAgain > 0 ? null : request.since);
  established(tcb, segment);
}
