/**
 * Fragments that come in: gives them to the reassembler, and gives up on those whose rest doesn't come.
 *
 * Source: RFC 791 section 3.2, RFC 1122 section 3.3.2; net/ipv4/ip_fragment.c (ip_defrag, ip_expire).
 */
import { SECOND } from "../../world/clock";
import { formatIpv4 } from "../addresses";
import { ICMP_TIME_EXCEEDED, REASSEMBLY_TIME_EXCEEDED } from "../icmp/message";
import { NetTimer } from "../net-timer";
import type { Network } from "../network";
import { Packet } from "../packet/packet";
import {
  FRAGMENT_OFFSET,
  headerLength,
  IP_FRAGMENT,
  IP_ID,
  IP_LENGTH,
  IP_PROTOCOL,
  MAX_IPV4_LENGTH,
  MORE_FRAGMENTS,
  refreshChecksum,
} from "./header";
import type { Reassembler } from "./reassembler";

/** net.ipv4.ipfrag_time. */
const REASSEMBLY_TIME = 30 * SECOND;
/** net.ipv4.ipfrag_high_thresh: bytes of incomplete datagrams that are kept. */
const MEMORY_LIMIT = 4_194_304;

/** A datagram that isn't whole yet. */
interface Incomplete {
  /** The fragment with the beginning, whose header the whole will have; null while it hasn't come. */
  first: Packet | null;
  bytes: number;
  readonly timer: NetTimer;
}

export class FragmentInput {
  private readonly reassembler: Reassembler;
  private readonly incomplete = new Map<string, Incomplete>();
  private memory = 0;

  constructor(private readonly network: Network) {
    this.reassembler = network.modules.reassembler();
  }

  /** Takes a fragment, header first. Returns the whole packet when this was the last that was missing. */
  add(packet: Packet): Packet | null {
    const { view, networkHeader: at } = packet;
    const field = view.getUint16(at + IP_FRAGMENT);
    const offset = (field & FRAGMENT_OFFSET) * 8;
    const header = headerLength(packet);
    const bytes = packet.bytes().subarray(header);
    const last = (field & MORE_FRAGMENTS) === 0;
    if (offset + bytes.length > MAX_IPV4_LENGTH || (!last && bytes.length % 8 !== 0)) {
      this.network.drop(packet, "ipv4", "malformed");
      return null;
    }
    if (this.memory + bytes.length > MEMORY_LIMIT) {
      this.network.drop(packet, "ipv4", "reassembly memory");
      return null;
    }
    const key = keyOf(packet);
    const datagram = this.incomplete.get(key) ?? this.begin(key);
    const whole = this.reassembler.add(key, { offset, bytes, last });
    if (whole === "discard") {
      this.end(key, datagram);
      this.network.drop(packet, "ipv4", "reassembly overlap");
      return null;
    }
    if (offset === 0) datagram.first ??= packet;
    datagram.bytes += bytes.length;
    this.memory += bytes.length;
    this.report(key, whole === null ? "piece" : "complete", datagram.bytes);
    if (whole === null) return null;
    this.end(key, datagram);
    return this.makeWhole(datagram.first ?? packet, whole);
  }

  private begin(key: string): Incomplete {
    const timer = new NetTimer(this.network, "ipv4", `reassembly ${key}`, () => this.giveUp(key));
    timer.setIn(REASSEMBLY_TIME);
    const datagram = { first: null, bytes: 0, timer };
    this.incomplete.set(key, datagram);
    this.report(key, "begun", 0);
    return datagram;
  }

  private end(key: string, datagram: Incomplete): void {
    datagram.timer.destroy();
    this.incomplete.delete(key);
    this.memory -= datagram.bytes;
  }

  /** Tells the sender, if the beginning came: without it nobody could know what it was about. */
  private giveUp(key: string): void {
    const datagram = this.incomplete.get(key);
    if (datagram === undefined) return;
    this.end(key, datagram);
    this.reassembler.forget(key);
    this.report(key, "timeout", datagram.bytes);
    if (datagram.first === null) return;
    this.network.icmp.sendError(datagram.first, ICMP_TIME_EXCEEDED, REASSEMBLY_TIME_EXCEEDED, 0);
    this.network.drop(datagram.first, "ipv4", "reassembly timeout");
  }

  /** The first fragment's header in front of all bytes. */
  private makeWhole(first: Packet, payload: Uint8Array): Packet {
    const header = headerLength(first);
    const whole = Packet.allocate(header + payload.length);
    whole.put(first.head.bytes.subarray(first.networkHeader, first.networkHeader + header));
    whole.put(payload);
    whole.id = first.id;
    whole.device = first.device;
    whole.addressee = first.addressee;
    whole.source = first.source;
    whole.destination = first.destination;
    whole.networkHeader = whole.start;
    whole.view.setUint16(whole.start + IP_LENGTH, header + payload.length);
    whole.view.setUint16(whole.start + IP_FRAGMENT, 0);
    refreshChecksum(whole, this.network.checksum);
    return whole;
  }

  private report(key: string, state: "begun" | "piece" | "complete" | "timeout", bytes: number): void {
    if (this.network.traced) this.network.emit({ type: "ip.reassembly", key, state, bytes });
  }
}

function keyOf(packet: Packet): string {
  const { view, networkHeader: at, source, destination } = packet;
  const protocol = view.getUint8(at + IP_PROTOCOL);
  return `${formatIpv4(source)} > ${formatIpv4(destination)} protocol ${protocol} id ${view.getUint16(at + IP_ID)}`;
}
