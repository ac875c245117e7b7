/**
 * A listening socket's two queues: requests whose handshake is under way, and connections that nobody has accepted yet.
 *
 *     SYN → SYN queue (request) ──ACK→ accept queue (established) ──accept(2)→ the program
 *
 * The kernel completes handshakes by itself; accept only takes what is there. When the accept queue is full, new SYNs are dropped
 * without a word, and so is the ACK that would complete a handshake: both sides try again later. A client whose ACK
 * was dropped believes that it is connected. `backlog` of listen(2) is the length of the accept queue, minus one.
 *
 * Source: listen(2), RFC 9293 section 3.10.7.2 (LISTEN); tcp_conn_request, tcp_v4_syn_recv_sock, inet_csk_listen_stop in Linux.
 */
import { Fifo } from "../fifo";
import { established } from "./established";
import type { TcpHost } from "./host";
import { fullReceiveSpace } from "./receive-window";
import { resetFor } from "./refuse";
import { ACK, RST, type Segment, SYN } from "./segment";
import { segmentArrives } from "./segment-arrives";
import { add } from "./sequence";
import { SynRequest } from "./syn-request";
import type { Tcb, TcpOwner } from "./tcb";

/** net.ipv4.tcp_max_syn_backlog. */
const MAX_SYN_QUEUE = 2048;

/** What a listener asks of TCP besides what a connection asks. */
export interface ListenerHome extends TcpHost {
  /** The MSS to offer to this peer. */
  mssFor(segment: Segment): number;
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
  readonly acceptQueue = new Fifo<Child>();
  readonly requests = new Set<SynRequest>();
  maxBacklog = 0;

  constructor(
    readonly home: ListenerHome,
    readonly owner: ListeningSocket<Child>,
  ) {}

  /** One more than `backlog` fits (sk_acceptq_is_full compares with "greater than"). */
  get full(): boolean {
    return this.acceptQueue.length > this.maxBacklog;
  }

  /** RFC 9293 3.10.7.2. */
  arrives(segment: Segment): void {
    // "First, check for a RST: An incoming RST segment … should be ignored. Second, check for an ACK: … a reset is sent".
    if (segment.has(RST)) return;
    if (segment.has(ACK)) {
      resetFor(this.home, segment);
      return;
    }
    if (!segment.has(SYN)) return;
    if (this.full || this.requests.size >= MAX_SYN_QUEUE) {
      this.home.dropped(segment);
      return;
    }
    const request = new SynRequest(this, segment, this.home.mssFor(segment));
    this.requests.add(request);
    this.home.addRequest(request);
    request.sendSynAck();
  }

  /** The ACK that completes a handshake. */
  complete(request: SynRequest, segment: Segment): void {
    if (this.full) {
      // The request stays, and its timer asks again (net.ipv4.tcp_abort_on_overflow = 0).
      this.home.dropped(segment);
      return;
    }
    this.forget(request);
    const child = this.owner.makeChild(request);
    this.acceptQueue.add(child);
    this.owner.backlogChanged();
    beginEstablished(child.tcb, request, segment);
    segmentArrives(child.tcb, segment);
    this.owner.wakeForData();
  }

  forget(request: SynRequest): void {
    request.stop();
    this.requests.delete(request);
    this.home.removeRequest(request);
  }

  /** The next connection; undefined when there is none. */
  take(): Child | undefined {
    const child = this.acceptQueue.take();
    if (child !== undefined) this.owner.backlogChanged();
    return child;
  }

  /** Nobody will accept any more: requests are forgotten, connections reset (inet_csk_listen_stop). */
  stop(): void {
    for (const request of this.requests) this.forget(request);
    for (let child = this.acceptQueue.take(); child !== undefined; child = this.acceptQueue.take()) child.abandon();
  }
}

/** The control block of a connection that a request has grown into. */
function beginEstablished(tcb: Tcb, request: SynRequest, segment: Segment): void {
  const { snd, rcv } = tcb;
  snd.iss = request.iss;
  snd.una = add(request.iss, 1);
  snd.nxt = snd.una;
  snd.small = snd.una;
  tcb.sendQueue.tail = snd.una;
  snd.mss = tcb.settings.userMss > 0 ? Math.min(tcb.settings.userMss, request.peerMss) : request.peerMss;
  snd.scale = request.peerWindowScale;
  rcv.irs = request.irs;
  rcv.nxt = add(request.irs, 1);
  rcv.wup = rcv.nxt;
  rcv.wnd = request.window;
  rcv.threshold = Math.min(request.window, fullReceiveSpace(tcb.options.receiveBuffer));
  rcv.scale = request.windowScale;
  tcb.timestamps = request.timestamps;
  tcb.tsOffset = request.tsOffset;
  tcb.tsRecent = request.latestTimestamp;
  tcb.tsRecentAt = tcb.now;
  tcb.sackPermitted = request.sackPermitted;
  tcb.state = "SYN_RECV";
  if (request.retransmits === 0) tcb.rtt.measured(Math.max(tcb.now - request.since, 1));
  established(tcb, segment);
}
