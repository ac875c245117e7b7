/** The card of the host on the stage, and the frames that go in there. */
import { macAddress } from "../../../lib/net/addresses";
import type { DeviceStack, NetDevice } from "../../../lib/net/interface/net-device";
import { complement, internetChecksum } from "../../../lib/net/packet/checksum";
import { Packet } from "../../../lib/net/packet/packet";
import { headerLength, writeHeader } from "../../../lib/net/tcp/header";
import { ACK, CWR, ECE, FIN, PSH, RST, type Segment, SYN, URG } from "../../../lib/net/tcp/segment";
import type { Seq } from "../../../lib/net/tcp/sequence";

const HOST = [10, 0, 0, 1];
const PEER = [10, 0, 0, 2];
/** Where the IP header begins and ends in a frame. */
export const IP = 14;
export const TCP = 34;

/** By tcpdump's letters. */
export const FLAGS: readonly (readonly [string, number])[] = [
  ["F", FIN],
  ["S", SYN],
  ["R", RST],
  ["P", PSH],
  [".", ACK],
  ["U", URG],
  ["E", ECE],
  ["W", CWR],
];

export class Card implements NetDevice {
  readonly name = "eth0";
  readonly loopback = false;
  readonly checksumOffload = false;
  readonly mac = macAddress("02:00:00:00:00:01");
  readonly mtu = 1500;
  private stack: DeviceStack | null = null;
  private readonly waiting: Uint8Array[] = [];

  constructor(private readonly sent: (frame: Uint8Array) => void) {}

  open(stack: DeviceStack): void {
    this.stack = stack;
  }

  close(): void {}

  transmit(packet: Packet): boolean {
    this.sent(packet.bytes());
    packet.free();
    return true;
  }

  arrive(frame: Uint8Array): void {
    this.waiting.push(frame);
    this.stack?.schedulePoll(this);
  }

  poll(): number {
    let done = 0;
    for (let frame = this.waiting.shift(); frame !== undefined; frame = this.waiting.shift()) {
      const packet = Packet.allocate(frame.length);
      packet.put(frame);
      this.stack?.receive(this, packet);
      done++;
    }
    return done;
  }
}

export function frameOf(segment: Segment, size: number): Uint8Array {
  const length = headerLength(segment) + size;
  const frame = new Uint8Array(TCP + length);
  const view = new DataView(frame.buffer);
  frame.set([2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0, 0x45, 0], 0);
  view.setUint8(IP + 1, segment.ecn);
  view.setUint16(IP + 2, 20 + length);
  frame.set([64, 6, 0, 0, ...PEER, ...HOST], IP + 8);
  view.setUint16(IP + 10, complement(internetChecksum(view, IP, TCP, 0)));
  writeHeader(view, TCP, segment);
  const pseudo = internetChecksum(view, IP + 12, TCP, 6 + length);
  view.setUint16(TCP + 16, 0);
  view.setUint16(TCP + 16, complement(internetChecksum(view, TCP, frame.length, pseudo)));
  return frame;
}

export function arpAnswer(request: Uint8Array): Uint8Array {
  const answer = request.slice();
  answer.set(request.subarray(6, 12), 0);
  answer.set([2, 0, 0, 0, 0, 2], 6);
  answer[21] = 2;
  answer.set([2, 0, 0, 0, 0, 2, ...request.subarray(38, 42), ...request.subarray(22, 32)], 22);
  return answer;
}

/** ICMP "destination unreachable" about the host's segment with this number. `mtu` goes with code 4. */
export function icmpUnreachable(hostPort: number, ourPort: number, seq: Seq, code: number, mtu: number): Uint8Array {
  const frame = new Uint8Array(TCP + 8 + 28);
  const view = new DataView(frame.buffer);
  frame.set([2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0, 0x45, 0, 0, 56], 0);
  frame.set([64, 1, 0, 0, ...PEER, ...HOST], IP + 8);
  view.setUint16(IP + 10, complement(internetChecksum(view, IP, TCP, 0)));
  frame.set([3, code], TCP);
  view.setUint16(TCP + 6, mtu);
  // What was too long, quoted: its IP header and the first eight bytes behind it.
  const quoted = TCP + 8;
  frame.set([0x45, 0, 4, 16, 0, 0, 0x40, 0, 64, 6, 0, 0, ...HOST, ...PEER], quoted);
  view.setUint16(quoted + 20, hostPort);
  view.setUint16(quoted + 22, ourPort);
  view.setInt32(quoted + 24, seq);
  view.setUint16(TCP + 2, complement(internetChecksum(view, TCP, frame.length, 0)));
  return frame;
}
