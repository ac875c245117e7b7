/**
 * A capture: the frames that went through an interface, or over a wire, picked out of everything that happened.
 *
 * An interface's frames are those that its machine's stack gave to the driver or got from it, which is where tcpdump and
 * Wireshark listen on Linux (packet(7)). What a card dropped never gets there; what a wire lost was still sent. Over
 * loopback each packet passes once out and once in; like libpcap, a capture keeps only the second.
 *
 * Source: packet(7), pcap(3PCAP); libpcap's pcap-linux.c (linux_check_direction).
 */
import type { DeviceEvent } from "../device/events";
import type { NetEvent } from "../net/events";
import type { AnyEvent } from "./tables";

/** Where to listen: on one interface of a machine, on all of them (`device` left out), or on a wire by its name. */
export type CapturePoint = { readonly host: string; readonly device?: string } | { readonly link: string };

export interface CapturedFrame {
  /** Virtual nanoseconds. */
  readonly time: number;
  readonly device: string;
  readonly direction: "in" | "out";
  /** Ethernet header first. */
  readonly bytes: Uint8Array;
}

type NetFrame = Extract<NetEvent, { type: "net.frame" }>;
type WireSend = Extract<DeviceEvent, { type: "wire.send" }>;

const isNetFrame = (event: AnyEvent): event is NetFrame => event.type === "net.frame";
const isWireSend = (event: AnyEvent): event is WireSend => event.type === "wire.send";

export function capture(events: readonly AnyEvent[], point: CapturePoint): CapturedFrame[] {
  if ("link" in point) {
    return events.flatMap((event) => {
      if (!isWireSend(event) || event.link !== point.link) return [];
      const { time, device, bytes } = event;
      return [{ time, device, direction: "out", bytes }];
    });
  }
  const { host, device } = point;
  return events.flatMap((event) => {
    if (!isNetFrame(event) || event.host !== host || (device ?? event.device) !== event.device) return [];
    if (event.device === "lo" && event.direction === "out") return [];
    return [{ time: event.time, device: event.device, direction: event.direction, bytes: event.bytes }];
  });
}
