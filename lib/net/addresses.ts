/**
 * Addresses: where a host is on the Internet (IPv4), and where it is on one wire (MAC).
 *
 * Both are kept as numbers, so that comparing and masking cost nothing; the types keep them apart. As text they appear only in
 * system calls and traces.
 *
 * Source: RFC 791 section 3.2, RFC 1122 section 3.2.1.3 (special addresses), RFC 5735; IEEE 802.3 (MAC-48).
 */
import { readDottedQuad } from "../sys/dotted-quad";

declare const ipv4: unique symbol;
declare const mac: unique symbol;

/** 32 bits, unsigned: 10.0.0.1 is 0x0a000001. */
export type Ipv4Address = number & { readonly [ipv4]: true };
/** 48 bits, unsigned. */
export type MacAddress = number & { readonly [mac]: true };

/** "Any of mine" where a socket is bound, "none" elsewhere. */
export const IPV4_ANY = 0 as Ipv4Address;
export const IPV4_LOOPBACK = 0x7f000001 as Ipv4Address;
/** Everybody on this wire. */
export const IPV4_BROADCAST = 0xffffffff as Ipv4Address;
export const MAC_ZERO = 0 as MacAddress;
export const MAC_BROADCAST = 0xffff_ffff_ffff as MacAddress;

/** The address in "10.0.0.1"; null when the text is none. */
export function parseIpv4(text: string): Ipv4Address | null {
  return readDottedQuad(text) as Ipv4Address | null;
}

/** An address in a program or a test, which must be one. Throws a TypeError that names it. */
export function ipv4Address(text: string): Ipv4Address {
  const address = parseIpv4(text);
  if (address === null) throw new TypeError(`"${text}" is no IPv4 address, such as 10.0.0.1`);
  return address;
}

/** "10.0.0.1" for 0x0a000001. */
export function formatIpv4(address: Ipv4Address): string {
  return `${address >>> 24}.${(address >>> 16) & 255}.${(address >>> 8) & 255}.${address & 255}`;
}

/** "02:00:00:00:00:01". */
export function formatMac(address: MacAddress): string {
  return address
    .toString(16)
    .padStart(12, "0")
    .replace(/..(?!$)/g, "$&:");
}

/** Throws a TypeError when the text is none. */
export function macAddress(text: string): MacAddress {
  if (!/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/i.test(text)) throw new TypeError(`"${text}" is no MAC address`);
  return Number.parseInt(text.replaceAll(":", ""), 16) as MacAddress;
}

/** A network: all addresses that begin with the same `length` bits. */
export interface Prefix {
  readonly address: Ipv4Address;
  /** 0 to 32. */
  readonly length: number;
}

/** "10.0.0.1/24": the address as it stands, bits behind the prefix included. Throws a TypeError. */
export function parsePrefix(text: string): Prefix {
  const [address, length = "32"] = text.split("/");
  const bits = Number(length);
  if (!/^\d{1,2}$/.test(length) || bits > 32)
    throw new TypeError(`"${text}" is no address with a prefix, such as 10.0.0.1/24`);
  return { address: ipv4Address(address), length: bits };
}

/** The mask with so many leading ones. */
export function netmask(length: number): number {
  return length === 0 ? 0 : (0xffffffff << (32 - length)) >>> 0;
}

/** The network that an address is in: everything behind the prefix is zero. */
export function networkOf(address: Ipv4Address, length: number): Ipv4Address {
  return ((address & netmask(length)) >>> 0) as Ipv4Address;
}

/** The address that reaches everybody in this network: everything behind the prefix is one. */
export function broadcastOf(address: Ipv4Address, length: number): Ipv4Address {
  return ((address | ~netmask(length)) >>> 0) as Ipv4Address;
}

/** 127.0.0.0/8: never on a wire (RFC 1122, 3.2.1.3 (g)). */
export function isLoopback(address: Ipv4Address): boolean {
  return address >>> 24 === 127;
}

/** 224.0.0.0/4. */
export function isMulticast(address: Ipv4Address): boolean {
  return address >>> 28 === 14;
}

/** May it be the source of a datagram? Neither a group nor everybody, nor class E. */
export function isUnicast(address: Ipv4Address): boolean {
  return address !== IPV4_ANY && address >>> 28 < 14;
}

/** A group of hosts or everybody: the lowest bit of the first byte. */
export function isGroupMac(address: MacAddress): boolean {
  return (Math.floor(address / 0x100_0000_0000) & 1) === 1;
}
