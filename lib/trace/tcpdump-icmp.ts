/** ICMP as tcpdump prints it. Source: print-icmp.c; RFC 792, RFC 1122 section 3.2.2.1, RFC 1191. */
import { ipv4, type Piece } from "./tcpdump-bytes";

/** What can't be reached, by code; % stands for the destination of the packet that the message is about. */
const UNREACHABLE: Readonly<Record<number, string>> = {
  0: "net % unreachable",
  1: "host % unreachable",
  5: "% unreachable - source route failed",
  6: "net % unreachable - unknown",
  7: "host % unreachable - unknown",
  8: "% unreachable - source host isolated",
  9: "net % unreachable - admin prohibited",
  10: "host % unreachable - admin prohibited",
  11: "net % unreachable - tos prohibited",
  12: "host % unreachable - tos prohibited",
  13: "host % unreachable - admin prohibited filter",
  14: "host % unreachable - host precedence violation",
  15: "host % unreachable - precedence cutoff",
};

/** `length` is what the IP header says; all of it may not be there. */
export function icmpText(icmp: Piece, length: number): string {
  if (icmp.length < 8) return "ICMP [|icmp]";
  return `ICMP ${message(icmp)}, length ${length}`;
}

function message(icmp: Piece): string {
  const [type, code] = [icmp.uint8(0), icmp.uint8(1)];
  const echo = `id ${icmp.uint16(4)}, seq ${icmp.uint16(6)}`;
  if (type === 0) return `echo reply, ${echo}`;
  if (type === 8) return `echo request, ${echo}`;
  if (type === 3) return unreachable(code, icmp.uint16(6), icmp.from(8));
  if (type === 11) return code === 0 ? "time exceeded in-transit" : "ip reassembly time exceeded";
  if (type === 12) return `parameter problem - octet ${icmp.uint8(4)}`;
  return `type-#${type}`;
}

/** `about` is the beginning of the packet that couldn't be delivered. */
function unreachable(code: number, mtu: number, about: Piece): string {
  const to = ipv4(about, 16);
  const protocol = about.uint8(9);
  if (code === 2) return `${to} protocol ${protocol} unreachable`;
  if (code === 3) {
    const port = about.uint16((about.uint8(0) & 15) * 4 + 2);
    if (protocol === 17) return `${to} udp port ${port} unreachable`;
    if (protocol === 6) return `${to} tcp port ${port} unreachable`;
    return `${to} protocol ${protocol} port ${port} unreachable`;
  }
  if (code === 4) return `${to} unreachable - need to frag${mtu === 0 ? "" : ` (mtu ${mtu})`}`;
  return (UNREACHABLE[code] ?? `% unreachable - #${code}`).replace("%", to);
}
