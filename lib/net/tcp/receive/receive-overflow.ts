/**
 * More has arrived than the receive buffer may hold: what now?
 *
 * It happens although no window was offered for it: the window is a guess of how many bytes the memory will hold, and many small
 * segments hold few. A buffer that the kernel tunes may grow to what is there. If the program has set its size, the packets are
 * copied together into as few as possible, then what waits ahead of a gap is given up: the peer still has it. If
 * that doesn't help either, the segment is dropped, and the peer is told that the window is shut.
 *
 * **Not modelled:** giving up what waits ahead of a gap piece by piece, the last first. A limit on the memory of all connections
 * together (tcp_mem). `nstat -az TcpExtPruneCalled TcpExtOfoPruned TcpExtTCPRcvQDrop` shows all three.
 *
 * Source: tcp_try_rmem_schedule, tcp_prune_queue, tcp_clamp_window, tcp_prune_ofo_queue in net/ipv4/tcp_input.c.
 */
import { FIN, type Segment } from "../segment";
import { advertisedMss } from "../send/mss";
import type { Tcb } from "../tcb";
import { receiveMemory, windowFrom } from "./receive-window";

const PAGE_SIZE = 4096;

/** Is there room for a segment, if need be after tidying up? One may always go beyond the limit, so that a small buffer is no hindrance. */
export function makeRoom(tcb: Tcb, segment: Segment): boolean {
  if (fits(tcb) || isExpected(tcb, segment)) return true;
  clampWindow(tcb);
  if (fits(tcb)) return true;
  // Worth it only when less of it is payload than is expected.
  if (windowFrom(tcb.receiveQueue.memory, tcb.rcv.payloadShare) > tcb.receiveQueue.bytes) tcb.receiveQueue.collapse();
  if (fits(tcb)) return true;
  // All of it at once.
  tcb.reassembler = null;
  tcb.rcv.memoryAhead = 0;
  return fits(tcb);
}

/**
 * Memory is charged in pages, and the segment that was expected isn't counted before there is none of the last page left (header
 * prediction in tcp_rcv_established; sk_forward_alloc).
 */
function isExpected(tcb: Tcb, segment: Segment): boolean {
  const { rcv } = tcb;
  if (tcb.state !== "ESTABLISHED" || segment.seq !== rcv.nxt || segment.has(FIN) || tcb.hasGap || rcv.wnd === 0)
    return false;
  const charged = receiveMemory(tcb) + (tcb.hasSendQueue ? tcb.sendQueue.memory : 0);
  return segment.truesize <= Math.ceil(charged / PAGE_SIZE) * PAGE_SIZE - charged;
}

function fits(tcb: Tcb): boolean {
  return receiveMemory(tcb) <= tcb.options.receiveBuffer;
}

/** The limit was reached: it moves, if it may. If not, the window shuts down to two segments. */
function clampWindow(tcb: Tcb): void {
  const { rcv, owner, options, host } = tcb;
  tcb.quickAcks = 0;
  const [, , largest] = host.sysctl.tcp_rmem;
  if (options.receiveBuffer < largest && !options.receiveBufferLocked) {
    owner.options = options.withReceiveBuffer(Math.min(receiveMemory(tcb), largest));
  }
  if (!fits(tcb)) rcv.threshold = Math.min(rcv.clamp, 2 * advertisedMss(tcb));
}
