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
export type CapturePoint =
  | {
      /** A machine's name. */
      readonly host: string;
      /** One of its interfaces, "eth0"; left out: all. */
      readonly device?: string;
    }
  | {
      /** A wire's name, as `world.link` returned it: all that was put on it, what got lost included. */
      readonly link: string;
    };

/** A frame that went by, and when. */
export interface CapturedFrame {
  /** Virtual nanoseconds. */
  readonly time: number;
  /** The interface, for example "eth0". */
  readonly device: string;
  /** As its machine sees it. */
  readonly direction: "in" | "out";
  /** Ethernet header first. */
  readonly bytes: Uint8Array;
}

type NetFrame = Extract<NetEvent, { type: "net.frame" }>;
type WireSend = Extract<DeviceEvent, { type: "wire.send" }>;
type WireLink = Extract<DeviceEvent, { type: "wire.link" }>;
type DeviceUp = Extract<NetEvent, { type: "net.device" }>;

const isNetFrame = (event: AnyEvent): event is NetFrame => event.type === "net.frame";
const isWireSend = (event: AnyEvent): event is WireSend => event.type === "wire.send";
const isWireLink = (event: AnyEvent): event is WireLink => event.type === "wire.link";
const isDevice = (event: AnyEvent): event is DeviceUp => event.type === "net.device";

/** The frames that went by there, in order. Throws a RangeError when the events tell of other places, and not of this one. */
export function capture(events: readonly AnyEvent[], point: CapturePoint): CapturedFrame[] {
  if (typeof point !== "object" || point === null)
    throw new TypeError('a capture takes a place: { host: "alice", device: "eth0" }, or { link: wire.name }');
  const frames = "link" in point ? onWire(events, point.link) : throughInterface(events, point.host, point.device);
  if (frames.length === 0) checkPoint(events, point);
  return frames;
}

function onWire(events: readonly AnyEvent[], link: string): CapturedFrame[] {
  return events.flatMap((event) => {
    if (!isWireSend(event) || event.link !== link) return [];
    const { time, device, bytes } = event;
    return [{ time, device, direction: "out", bytes }];
  });
}

function throughInterface(events: readonly AnyEvent[], host: string, device: string | undefined): CapturedFrame[] {
  return events.flatMap((event) => {
    if (!isNetFrame(event) || event.host !== host || (device ?? event.device) !== event.device) return [];
    if (event.device === "lo" && event.direction === "out") return [];
    return [{ time: event.time, device: event.device, direction: event.direction, bytes: event.bytes }];
  });
}

/** Nothing went by: because nothing did, or because there is no such place? */
function checkPoint(events: readonly AnyEvent[], point: CapturePoint): void {
  if ("link" in point) {
    const wires = new Set(events.flatMap((event) => (isWireLink(event) ? [event.link] : [])));
    if (wires.size > 0 && !wires.has(point.link))
      throw new RangeError(`there is no wire "${point.link}". There are: ${[...wires].join(", ")}`);
    return;
  }
  const devices = events.filter(isDevice);
  const { host, device } = point;
  if (devices.length === 0 || devices.some((one) => one.host === host && (device ?? one.device) === one.device)) return;
  const names = [...new Set(devices.map((one) => `${one.host} ${one.device}`))];
  throw new RangeError(
    `there is no interface ${[host, device].filter(Boolean).join(" ")}. There are: ${names.join(", ")}`,
  );
}
