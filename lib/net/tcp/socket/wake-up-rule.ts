/**
 * The wake-up rule: when is something that happened to a socket worth waking somebody for, and whom?
 *
 * Waking costs a switch to another thread. So a reader isn't woken for less than it has said is worth it (SO_RCVLOWAT), and a writer
 * not for a few bytes of room, but when a third of the send buffer is free: else the two would switch with every segment.
 * And what one can use up alone, one is woken for.
 *
 * **A module:** `world.host(name, { modules: { wakeUpRule: () => mine } })`; one for the whole host, for its TCP sockets. What it says
 * of reading and writing is also what poll, select and epoll say.
 *
 * Source: socket(7); tcp_data_ready and tcp_epollin_ready in Linux (net/ipv4/tcp_input.c, include/net/tcp.h), sk_stream_is_writeable
 * in include/net/sock.h, __wake_up_common in kernel/sched/wait.c.
 */
import { receiveMemory, receiveWindow } from "../receive/receive-window";
import { distance } from "../sequence";
import type { Tcb } from "../tcb";

/** The contract of the module. Sizes are bytes. */
export interface WakeUpRule {
  /**
   * So many bytes wait to be read; is the socket readable? `lowWater` is SO_RCVLOWAT. `full`: the peer can send no more before the
   * program reads, so waiting for more would be waiting for ever.
   */
  readable(waiting: number, lowWater: number, full: boolean): boolean;
  /** The send buffer of `size` holds `used`; is the socket writable? */
  writable(used: number, size: number): boolean;
  /**
   * Sleepers are woken one after the other until this says "enough". Asked after each: was it an exclusive one, and did it take the
   * wake-up, or had something else woken it already?
   */
  enough(exclusive: boolean, taken: boolean): boolean;
}

export class StandardWakeUpRule implements WakeUpRule {
  readable(waiting: number, lowWater: number, full: boolean): boolean {
    return waiting > 0 && (waiting >= lowWater || full);
  }

  writable(used: number, size: number): boolean {
    return size - used >= used >> 1;
  }

  enough(exclusive: boolean, taken: boolean): boolean {
    return exclusive && taken;
  }
}

/** Bytes that were written and not sent yet; after connect(2) with AF_UNSPEC, how far ahead a next connection begins. */
export function unsent(tcb: Tcb): number {
  if (!tcb.hasSendQueue) return 0;
  return Math.max(distance(tcb.sendQueue.tail, tcb.snd.nxt), 0);
}

/** More than this needn't wait unsent: TCP_NOTSENT_LOWAT, or the machine's, in bytes. */
export function unsentLimit({ settings, host }: Tcb): number {
  return settings.unsentLowWater || host.sysctl.tcp_notsent_lowat;
}

/** Do bytes wait here that are worth reading? */
export function isReadable(tcb: Tcb, lowWater = tcb.options.lowWater): boolean {
  const { receiveBuffer } = tcb.options;
  const full = receiveWindow(tcb) <= tcb.rcv.mss || receiveMemory(tcb) > receiveBuffer - (receiveBuffer >> 3);
  return tcb.host.wakeUpRule.readable(tcb.receiveQueue.bytes, lowWater, full);
}

/** Is there room in the send buffer that is worth writing into? And isn't there enough unsent in it (TCP_NOTSENT_LOWAT)? */
export function hasRoom(tcb: Tcb): boolean {
  const used = tcb.hasSendQueue ? tcb.sendQueue.memory : 0;
  return 2 * unsent(tcb) < unsentLimit(tcb) && tcb.host.wakeUpRule.writable(used, tcb.options.sendBuffer);
}
