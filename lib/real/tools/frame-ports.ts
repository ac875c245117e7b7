/** Is a frame from or to one of these ports? RFC 791, 3.1; RFC 9293, 3.1; RFC 768. */
const IPV4 = 0x0800;
const TCP = 6;
const UDP = 17;
const ICMP = 1;
/** What an ICMP error quotes begins after its own eight bytes; RFC 792. */
const ICMP_HEADER = 8;
const ETHERNET_HEADER = 14;

/** An ICMP error counts as the packet that it quotes. */
export function isOfPorts(frame: Uint8Array, ports: ReadonlySet<number>): boolean {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  if (frame.length < ETHERNET_HEADER + 20 || view.getUint16(12) !== IPV4) return false;
  return packetIsOfPorts(
    new DataView(view.buffer, view.byteOffset + ETHERNET_HEADER, view.byteLength - ETHERNET_HEADER),
    ports,
  );
}

function packetIsOfPorts(packet: DataView, ports: ReadonlySet<number>): boolean {
  if (packet.byteLength < 20) return false;
  const header = (packet.getUint8(0) & 0xf) * 4;
  const protocol = packet.getUint8(9);
  if (protocol === ICMP && packet.byteLength > header + ICMP_HEADER) {
    const at = header + ICMP_HEADER;
    return packetIsOfPorts(new DataView(packet.buffer, packet.byteOffset + at, packet.byteLength - at), ports);
  }
  if ((protocol !== TCP && protocol !== UDP) || packet.byteLength < header + 4) return false;
  return ports.has(packet.getUint16(header)) || ports.has(packet.getUint16(header + 2));
}
