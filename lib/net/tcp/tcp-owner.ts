/**
 * What a connection knows of the socket above it. `tcb.owner` in every file here is a TcpSocket (socket/tcp-socket.ts); tests have an
 * owner of their own. Linux needs no such distinction: there the two are one, struct tcp_sock.
 */
import type { Errno } from "../../sys/errno";
import type { Ipv4Address } from "../addresses";
import type { Flow } from "../ip/flow";
import type { SocketOptions } from "../socket/socket-options";
import type { TcpSettings } from "./settings";

/** The socket above a connection, as far as the connection talks to it. */
export interface TcpOwner {
  readonly name: string;
  options: SocketOptions;
  /** The four numbers of the connection. */
  readonly local: Ipv4Address;
  readonly localPort: number;
  readonly remote: Ipv4Address;
  readonly remotePort: number;
  /** How its packets go. */
  readonly flow: Flow;
  /** What the program has asked for. */
  readonly settings: TcpSettings;
  pendingError: Errno | null;
  /** What ICMP has told that may explain a timeout later (sk_err_soft). */
  softError: Errno | null;
  shutdownMask: number;
  /** Nobody has a descriptor for it any more. */
  readonly dead: boolean;
  /** A call is at work on it (sock_owned_by_user). */
  readonly atWork: boolean;
  /** A program has got a descriptor for it: not so before accept(2). */
  readonly attached: boolean;
  wakeForData(): void;
  wakeForRoom(): void;
  wakeForError(): void;
  wakeAll(): void;
  /** The connection is over: its numbers are free. */
  connectionEnded(): void;
}
