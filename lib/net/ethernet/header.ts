/**
 * The Ethernet header, and the addresses in it.
 *
 *     | destination MAC (6) | source MAC (6) | EtherType (2) |
 *
 * Source: IEEE 802.3 clause 3.2; RFC 894; include/uapi/linux/if_ether.h.
 */
import type { MacAddress } from "../addresses";

/** In bytes (ETH_HLEN). */
export const ETHERNET_HEADER = 14;
/** What is behind the header (ETH_P_IP, ETH_P_ARP). */
export const ETHERTYPE_IPV4 = 0x0800;
export const ETHERTYPE_ARP = 0x0806;

/** The hardware address that stands at `at`. */
export function readMac(view: DataView, at: number): MacAddress {
  return (view.getUint16(at) * 0x1_0000_0000 + view.getUint32(at + 2)) as MacAddress;
}

/** Puts a hardware address there. */
export function writeMac(view: DataView, at: number, mac: MacAddress): void {
  const high = Math.floor(mac / 0x1_0000_0000);
  view.setUint16(at, high);
  view.setUint32(at + 2, mac - high * 0x1_0000_0000);
}
