/**
 * A capture as `tcpdump -n` prints it: one line a packet.
 *
 *     console.log(tcpdump(run.events, { host: "alice", device: "eth0" }));
 *     00:00:00.000100 IP 10.0.0.1.40000 > 10.0.0.2.7: Flags [S], seq 1000, win 64240, options [mss 1460], length 0
 *
 * Without a device, all of the machine's interfaces, each line with the interface's name and the direction, as with `-i any`.
 *
 * **Not modelled:** what -v, -e and -X add; protocols other than ARP, IPv4, ICMP, UDP, TCP, and inside them DNS and HTTP.
 *
 * Source: tcpdump 4.99, whose output of the same frames is what the tests compare with; print-ether.c.
 */
import { type CapturedFrame, type CapturePoint, capture } from "./capture";
import type { AnyEvent } from "./tables";
import { arpLine } from "./tcpdump-arp";
import { mac, type Piece, piece } from "./tcpdump-bytes";
import { ipLine } from "./tcpdump-ip";
import { Conversations } from "./tcpdump-tcp";

/**
 * A capture as `tcpdump -n` prints it, one line a packet, joined by newlines. `point` says where it was taken: at an interface, `{ host:
 * "alice", device: "eth0" }`, or on a wire, `{ link: wire.name }`. Throws a RangeError when there is no such place.
 */
export function tcpdump(events: readonly AnyEvent[], point: CapturePoint): string {
  const frames = capture(events, point);
  const any = "host" in point && point.device === undefined;
  return tcpdumpLines(frames, any).join("\n");
}

/** A line for each of these frames; `any` puts interface and direction into it. */
export function tcpdumpLines(frames: readonly CapturedFrame[], any = false): string[] {
  const conversations = new Conversations();
  return frames.map(({ time, device, direction, bytes }) => {
    const where = any ? `${device.padEnd(5)} ${direction === "in" ? "In " : "Out"} ` : "";
    return `${timeOfDay(time)} ${where}${frameLine(piece(bytes), conversations)}`;
  });
}

function frameLine(frame: Piece, conversations: Conversations): string {
  if (frame.length < 14) return "[|ether]";
  const etherType = frame.uint16(12);
  const rest = frame.from(14);
  if (etherType === 0x0800) return ipLine(rest, conversations);
  if (etherType === 0x0806) return arpLine(rest);
  const type = `0x${etherType.toString(16).padStart(4, "0")}`;
  return `${mac(frame, 6)} > ${mac(frame, 0)}, ethertype Unknown (${type}), length ${frame.length}: `;
}

/** Virtual time as the time of a day, in microseconds as tcpdump has them. */
function timeOfDay(time: number): string {
  const seconds = Math.floor(time / 1e9);
  const parts = [Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60, seconds % 60];
  const micros = Math.floor((time % 1e9) / 1000);
  return `${parts.map((part) => String(part).padStart(2, "0")).join(":")}.${String(micros).padStart(6, "0")}`;
}
