/**
 * A socket's lock: while a system call works on the socket, packets for it wait in its backlog.
 *
 * Packets arrive in soft interrupts, and one may run in the middle of a call: a call that sends over loopback has the answer
 * arrive before the sending function has returned. Protocols with a state that must not change under a call's feet (TCP) take the
 * lock at the beginning of the call and release it at the end and before each sleep; releasing processes what has come meanwhile.
 *
 * Source: net/core/sock.c (lock_sock_nested, release_sock, __release_sock), include/net/sock.h (sk_add_backlog).
 */
import { Fifo } from "./fifo";
import type { Packet } from "./packet";

export class SocketLock {
  private ownedByCall = false;
  private backlog: Fifo<Packet> | null = null;

  /** `process` is what the soft interrupt would have done with the packet. */
  constructor(private readonly process: (packet: Packet) => void) {}

  /** Is a system call at work? */
  get owned(): boolean {
    return this.ownedByCall;
  }

  take(): void {
    this.ownedByCall = true;
  }

  /** From the soft interrupt: processes the packet, or keeps it until the call is done. */
  receive(packet: Packet): void {
    if (!this.ownedByCall) {
      this.process(packet);
      return;
    }
    this.backlog ??= new Fifo();
    this.backlog.add(packet);
  }

  release(): void {
    while (this.backlog !== null && this.backlog.length > 0) {
      const packet = this.backlog.take();
      if (packet !== undefined) this.process(packet);
    }
    this.ownedByCall = false;
  }
}
