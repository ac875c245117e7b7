/**
 * A listening socket's two queues: how many handshakes may be under way, and how many connections may wait to be accepted.
 *
 *     SYN → SYN queue (request) ──ACK→ accept queue (connection) ──accept(2)→ the program
 *
 * The accept queue takes one connection more than the backlog that listen(2) was told: Linux asks whether there are *more* than that.
 * What there is no room for is dropped without a word, be it a SYN or the ACK that would complete a handshake: both sides try again
 * later. When the accept queue is full, a handshake isn't even begun: it could not be completed either.
 *
 * Of requests one more than the backlog is remembered, too. Further ones are answered by a cookie (syn-cookie.ts), or dropped where
 * those are switched off (net.ipv4.tcp_syncookies).
 *
 * **A module:** `world.host(name, { modules: { listenQueues: () => mine } })`; one for each listening socket. What a request and a
 * connection are is not its business; it keeps them in order and counts.
 *
 * Source: listen(2); inet_csk_reqsk_queue_is_full in include/net/inet_connection_sock.h, sk_acceptq_is_full in include/net/sock.h,
 * tcp_conn_request in net/ipv4/tcp_input.c.
 */
import { Fifo } from "../../../kernel/fifo";

/** The contract of the module. */
export interface ListenQueues<Request = unknown, Connection = unknown> {
  /** How many connections wait to be accepted. */
  readonly length: number;
  /** How many handshakes are under way. */
  readonly requests: number;
  /** listen(2) was called, perhaps again: the backlog, cut down to net.core.somaxconn. Who is in a queue already stays there. */
  setBacklog(backlog: number): void;
  /** A SYN has come: is there room for a request, and would its connection find a place? */
  mayRequest(): boolean;
  /** A request takes its place in the SYN queue; `mayRequest` has just been answered with true. */
  addRequest(request: Request): void;
  /** A request leaves it: its handshake is complete, or was given up. */
  removeRequest(request: Request): void;
  /** The ACK that completes a handshake has come: is there room for the connection? */
  mayComplete(): boolean;
  /** A connection takes its place at the end of the accept queue; `mayComplete` has just been answered with true. */
  addConnection(connection: Connection): void;
  /** Takes the connection that has waited longest; null when none waits. */
  takeConnection(): Connection | null;
}

export class StandardListenQueues<Request, Connection> implements ListenQueues<Request, Connection> {
  private pending = 0;
  private readonly established = new Fifo<Connection>();
  private backlog = 0;

  get length(): number {
    return this.established.length;
  }

  get requests(): number {
    return this.pending;
  }

  setBacklog(backlog: number): void {
    this.backlog = backlog;
  }

  mayRequest(): boolean {
    return this.mayComplete() && this.pending <= this.backlog;
  }

  addRequest(_request: Request): void {
    this.pending++;
  }

  removeRequest(_request: Request): void {
    this.pending--;
  }

  mayComplete(): boolean {
    return this.established.length <= this.backlog;
  }

  addConnection(connection: Connection): void {
    this.established.add(connection);
  }

  takeConnection(): Connection | null {
    return this.established.take() ?? null;
  }
}
