/**
 * pcap: the file format in which tcpdump and Wireshark keep frames. What the model sends opens in both.
 *
 *     writeFileSync("alice.pcap", pcap(run.events, { host: "alice", device: "eth0" }));
 *
 * The classic format, with nanoseconds: a header of 24 bytes, then for each frame 16 bytes (when, how long) and the frame. Virtual
 * time zero is 1970-01-01 00:00:00 UTC.
 *
 * Source: draft-ietf-opsawg-pcap (PCAP Capture File Format), sections 4 and 5.
 */
import { type CapturedFrame, type CapturePoint, capture } from "./capture";
import type { AnyEvent } from "./tables";

/** "Nanoseconds follow", in the byte order of the file. */
const MAGIC = 0xa1b23c4d;
const FILE_HEADER = 24;
const FRAME_HEADER = 16;
/** No frame was cut off at this length. */
const SNAP_LENGTH = 262_144;
const LINKTYPE_ETHERNET = 1;
const SECOND = 1e9;

/** The frames that went by there as a pcap file's contents. Throws a RangeError when there is no such interface or wire. */
export function pcap(events: readonly AnyEvent[], point: CapturePoint): Uint8Array {
  return pcapFile(capture(events, point));
}

/** These frames as a pcap file's contents, whoever captured them. */
export function pcapFile(frames: readonly CapturedFrame[]): Uint8Array {
  const file = new Uint8Array(frames.reduce((size, { bytes }) => size + FRAME_HEADER + bytes.length, FILE_HEADER));
  const view = new DataView(file.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint16(4, 2, true);
  view.setUint16(6, 4, true);
  view.setUint32(16, SNAP_LENGTH, true);
  view.setUint32(20, LINKTYPE_ETHERNET, true);
  let at = FILE_HEADER;
  for (const { time, bytes } of frames) {
    view.setUint32(at, Math.floor(time / SECOND), true);
    view.setUint32(at + 4, Math.floor(time % SECOND), true);
    view.setUint32(at + 8, bytes.length, true);
    view.setUint32(at + 12, bytes.length, true);
    file.set(bytes, at + FRAME_HEADER);
    at += FRAME_HEADER + bytes.length;
  }
  return file;
}
