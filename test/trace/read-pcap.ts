/** The frames of a pcap file with nanoseconds, little-endian. Throws when it is none. */
export function framesOf(file: Uint8Array): { time: number; bytes: Uint8Array }[] {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (view.getUint32(0, true) !== 0xa1b23c4d) throw new Error("not a pcap file with nanoseconds");
  const frames: { time: number; bytes: Uint8Array }[] = [];
  for (let at = 24; at < file.length; ) {
    const length = view.getUint32(at + 8, true);
    const time = view.getUint32(at, true) * 1e9 + view.getUint32(at + 4, true);
    frames.push({ time, bytes: Uint8Array.from(file.subarray(at + 16, at + 16 + length)) });
    at += 16 + length;
  }
  return frames;
}
