/**
 * The sending half of a UDP socket: from the program to the device, a datagram for each send, unless it is held back for more.
 *
 * A send sleeps only where the device hasn't sent earlier ones yet and these fill the send buffer.
 *
 * Source: udp(7), send(2); udp_sendmsg in net/ipv4/udp.c, __ip_append_data in net/ipv4/ip_output.c.
 */
import type { Sleeping } from "../../kernel/sleep";
import type { Task } from "../../kernel/task";
import { EMSGSIZE, EPIPE } from "../../sys/errno";
import { IPPROTO_UDP, MSG_MORE, MSG_PROBE, type SocketAddress } from "../../sys/socket";
import type { Nanoseconds } from "../../world/clock";
import { Flow } from "../ip/flow";
import type { Packet, PacketOwner } from "../packet/packet";
import { SEND_SHUTDOWN } from "../socket/sock";
import { makeDatagram } from "./datagram";
import { beginDatagram, type OutgoingDatagram } from "./outgoing";
import type { UdpSocket } from "./udp-socket";

export class SendHalf implements PacketOwner {
  /** UDP_CORK is set. */
  corks = false;
  /** Memory of datagrams that the device hasn't sent yet. */
  private used = 0;
  private corked: OutgoingDatagram | null = null;

  constructor(private readonly socket: UdpSocket) {}

  /** Memory of what was sent and hasn't left yet, in bytes. */
  get memory(): number {
    return this.used + (this.corked?.memory ?? 0);
  }

  *send(task: Task, data: Uint8Array, flags: number, to: SocketAddress | null): Sleeping<number> {
    const datagram = this.corked ?? beginDatagram(this.socket, to);
    // Goes through the motions up to here.
    const probe = (flags & MSG_PROBE) !== 0;
    if (!probe && !datagram.fits(data.length)) {
      this.corked = null;
      this.socket.tooLong(datagram.flow.destination);
      throw EMSGSIZE;
    }
    const more = this.corks || (flags & MSG_MORE) !== 0;
    if (this.corked === null && !probe) {
      // What joins a datagram that is held back finds its place without asking.
      yield* this.waitForRoom(task, this.socket.sendDeadline(flags));
      if (!more) {
        this.transmit(data, datagram.flow, datagram.port);
        return data.length;
      }
      this.corked = datagram;
    }
    if (!probe) datagram.add(data);
    if (!more) this.uncork();
    return data.length;
  }

  /** connect(2): even what is held back for another goes to the new peer. */
  redirect(flow: Flow, port: number): void {
    if (this.corked !== null) Object.assign(this.corked, { flow, port });
  }

  /** connect(2) with AF_UNSPEC: what is held back goes to the former peer still. */
  keepPeer(): void {
    const { corked } = this;
    if (corked !== null) corked.flow = Object.assign(new Flow(IPPROTO_UDP), corked.flow);
  }

  /** What was held back leaves as one datagram. */
  uncork(): void {
    const { corked } = this;
    this.corked = null;
    if (corked !== null) this.transmit(corked.whole(), corked.flow, corked.port);
  }

  private *waitForRoom(task: Task, deadline: Nanoseconds | null): Sleeping<void> {
    const { socket } = this;
    for (;;) {
      socket.throwPendingError();
      if ((socket.shutdownMask & SEND_SHUTDOWN) !== 0) throw EPIPE;
      const { sendBuffer } = socket.options;
      if (this.memory < sendBuffer) return;
      const goOn = () => this.memory < sendBuffer || socket.pendingError !== null || socket.shutdownMask !== 0;
      yield* socket.sleepUntil(task, socket.room, goOn, deadline);
    }
  }

  private transmit(data: Uint8Array, flow: Flow, port: number): void {
    const { socket } = this;
    const { network } = socket;
    const packet = makeDatagram(data, flow, socket.localPort, port);
    packet.owner = this;
    packet.id = network.nextPacket();
    this.used += packet.truesize;
    network.udp.report("out", socket, packet, port, data.length);
    network.ip.output(packet, flow);
  }

  /** The device has sent one of ours, or it was thrown away. */
  packetFreed(packet: Packet): void {
    this.used -= packet.truesize;
    this.wakeIfRoom();
  }

  /** Half of the buffer must be free. */
  wakeIfRoom(): void {
    if (2 * this.used <= this.socket.options.sendBuffer) this.socket.wakeForRoom();
  }
}
