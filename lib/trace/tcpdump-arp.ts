/** ARP as tcpdump prints it. Source: print-arp.c; RFC 826. */
import { ipv4, mac, type Piece } from "./tcpdump-bytes";

const NO_MAC = "00:00:00:00:00:00";

export function arpLine(arp: Piece): string {
  if (arp.length < 28) return " [|arp]";
  const [senderMac, sender, targetMac, target] = [mac(arp, 8), ipv4(arp, 14), mac(arp, 18), ipv4(arp, 24)];
  const operation = arp.uint16(6);
  let what = `Unknown (${operation})`;
  if (operation === 1) {
    // The target's MAC address is what is asked for; only who knows it already puts it there.
    what = `Request who-has ${target}${targetMac === NO_MAC ? "" : ` (${targetMac})`} tell ${sender}`;
  }
  if (operation === 2) what = `Reply ${sender} is-at ${senderMac}`;
  return `ARP, ${what}, length ${arp.length}`;
}
