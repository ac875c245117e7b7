/** IPv4 and UDP as tcpdump prints them. Source: print-ip.c, print-udp.c; RFC 791, RFC 768. */
import { ipv4, type Piece } from "./tcpdump-bytes";
import { dnsText } from "./tcpdump-dns";
import { icmpText } from "./tcpdump-icmp";
import { type Conversations, tcpText } from "./tcpdump-tcp";

const ICMP = 1;
const TCP = 6;
const UDP = 17;
const DNS_PORT = 53;

export function ipLine(ip: Piece, conversations: Conversations): string {
  if (ip.length < 20) return "IP [|ip]";
  if (ip.uint8(0) >> 4 !== 4) return `IP${ip.uint8(0) >> 4} `;
  const headerLength = (ip.uint8(0) & 15) * 4;
  const totalLength = ip.uint16(2);
  if (headerLength < 20) return `IP bad-hlen ${headerLength}`;
  if (totalLength < headerLength) return `IP bad-len ${totalLength}`;
  const missing = totalLength - ip.length;
  const truncated = missing > 0 ? `truncated-ip - ${missing} bytes missing! ` : "";
  const [source, destination] = [ipv4(ip, 12), ipv4(ip, 16)];
  const protocol = ip.uint8(9);
  const size = totalLength - headerLength;
  const body = ip.from(headerLength, size);
  const hosts = `${source} > ${destination}:`;
  const ports = () => `${source}.${body.uint16(0)} > ${destination}.${body.uint16(2)}:`;
  const line = () => {
    // Only the first fragment has the header of the protocol above.
    if ((ip.uint16(6) & 0x1fff) !== 0) return `${hosts} ip-proto-${protocol}`;
    if (protocol === ICMP) return `${hosts} ${icmpText(body, size)}`;
    if (protocol === UDP) return `${ports()} ${udpText(body)}`;
    if (protocol === TCP) return `${ports()} ${tcpText(body, size, source, destination, conversations)}`;
    return `${hosts}  ip-proto-${protocol} ${size}`;
  };
  return `IP ${truncated}${line()}`;
}

function udpText(udp: Piece): string {
  if (udp.length < 8) return " [|udp]";
  const length = udp.uint16(4);
  if (length < 8) return `truncated-udplength ${length}`;
  const dns = udp.uint16(0) === DNS_PORT || udp.uint16(2) === DNS_PORT;
  if (dns && length < 20) return `domain [length ${length - 8} < 12] (invalid)`;
  if (dns) return dnsText(udp.from(8, length - 8));
  return `UDP, length ${length - 8}`;
}
