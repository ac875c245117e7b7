/**
 * An ARP message: "who has this IP address?" and "I have, at this card".
 *
 *     | 1 (Ethernet) | 0x0800 (IPv4) | 6 | 4 | 1 request, 2 reply |
 *     | sender MAC | sender IP | target MAC | target IP |
 *
 * Source: RFC 826.
 */
import type { Ipv4Address, MacAddress } from "../addresses";
import { ETHERTYPE_IPV4, readMac, writeMac } from "../ethernet/header";
import { Packet } from "../packet/packet";

/** "Who has this address?", and the answer. */
export const ARP_REQUEST = 1;
export const ARP_REPLY = 2;
/** In bytes. */
const MESSAGE_SIZE = 28;
const HARDWARE_ETHERNET = 1;
/** Bytes of a MAC and of an IPv4 address. */
const HARDWARE_LENGTH = 6;
const PROTOCOL_LENGTH = 4;

export interface ArpMessage {
  readonly operation: number;
  readonly senderMac: MacAddress;
  readonly senderAddress: Ipv4Address;
  readonly targetMac: MacAddress;
  readonly targetAddress: Ipv4Address;
}

/** What the packet says; null when it isn't ARP for IPv4 over Ethernet. */
export function parseArp(packet: Packet): ArpMessage | null {
  const { view, start } = packet;
  if (packet.length < MESSAGE_SIZE) return null;
  if (view.getUint16(start) !== HARDWARE_ETHERNET || view.getUint16(start + 2) !== ETHERTYPE_IPV4) return null;
  if (view.getUint8(start + 4) !== HARDWARE_LENGTH || view.getUint8(start + 5) !== PROTOCOL_LENGTH) return null;
  return {
    operation: view.getUint16(start + 6),
    senderMac: readMac(view, start + 8),
    senderAddress: view.getUint32(start + 14) as Ipv4Address,
    targetMac: readMac(view, start + 18),
    targetAddress: view.getUint32(start + 24) as Ipv4Address,
  };
}

/** A packet with this message, without the Ethernet header. */
export function makeArp(message: ArpMessage): Packet {
  const packet = Packet.allocate(MESSAGE_SIZE);
  const { view, start } = packet;
  view.setUint16(start, HARDWARE_ETHERNET);
  view.setUint16(start + 2, ETHERTYPE_IPV4);
  view.setUint8(start + 4, HARDWARE_LENGTH);
  view.setUint8(start + 5, PROTOCOL_LENGTH);
  view.setUint16(start + 6, message.operation);
  writeMac(view, start + 8, message.senderMac);
  view.setUint32(start + 14, message.senderAddress);
  writeMac(view, start + 18, message.targetMac);
  view.setUint32(start + 24, message.targetAddress);
  packet.end = start + MESSAGE_SIZE;
  return packet;
}
