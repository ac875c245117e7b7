/** One line for a frame, in tcpdump's manner, for tests to compare. */
import { formatIpv4, type Ipv4Address } from "../../../lib/net/addresses";

export function describeFrame(frame: Uint8Array): string {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  const type = view.getUint16(12);
  const address = (at: number) => formatIpv4(view.getUint32(at) as Ipv4Address);
  if (type === 0x0806) {
    return view.getUint16(20) === 1
      ? `ARP who-has ${address(38)} tell ${address(28)}`
      : `ARP ${address(28)} is-at ${frame
          .subarray(22, 28)
          .reduce((text, byte) => `${text}:${byte.toString(16).padStart(2, "0")}`, "")
          .slice(1)}`;
  }
  if (type !== 0x0800) return `type ${type.toString(16)}`;
  const fragment = view.getUint16(20);
  const flags = `${(fragment & 0x4000) !== 0 ? " DF" : ""}${(fragment & 0x2000) !== 0 ? " MF" : ""}`;
  const offset = (fragment & 0x1fff) * 8;
  const hosts = `${address(26)} > ${address(30)}`;
  const length = view.getUint16(16);
  const ttl = view.getUint8(22);
  const protocol = view.getUint8(23);
  const rest = `ttl ${ttl}${flags} length ${length}`;
  if (offset > 0) return `IP ${hosts} offset ${offset} ${rest}`;
  if (protocol === 17) return `UDP ${address(26)}:${view.getUint16(34)} > ${address(30)}:${view.getUint16(36)} ${rest}`;
  if (protocol === 1) return `ICMP ${hosts} type ${view.getUint8(34)} code ${view.getUint8(35)} ${rest}`;
  return `IP ${hosts} protocol ${protocol} ${rest}`;
}
