import { expect, it } from "vitest";
import { isOfPorts } from "../../../lib/real/tools/frame-ports";
import { AF_INET, bytes, isSystemError, type Programs, SOCK_DGRAM } from "../../../lib/sys";
import { capture } from "../../../lib/trace/capture";
import { runModel } from "../../../lib/world";

/** Asks at a port where nobody is: a datagram goes out, and an ICMP error that quotes it comes back. */
const refused: Programs = function* (sys) {
  const fd = yield* sys.socket(AF_INET, SOCK_DGRAM);
  yield* sys.connect(fd, { address: "127.0.0.1", port: 7401 });
  yield* sys.send(fd, bytes("?"), 0);
  try {
    yield* sys.recv(fd, 10, 0);
  } catch (error) {
    if (!isSystemError(error, "ECONNREFUSED")) throw error;
  }
};

const frames = capture(runModel(refused).events, { host: "alice", device: "lo" }).map(({ bytes: frame }) => frame);

it("a datagram and the ICMP error that quotes it are of the port that was asked", () => {
  expect(frames).toHaveLength(2);
  expect(frames.map((frame) => isOfPorts(frame, new Set([7401])))).toEqual([true, true]);
  expect(frames.map((frame) => isOfPorts(frame, new Set([7402])))).toEqual([false, false]);
});

it("what is cut short or no IPv4 is nobody's", () => {
  const arp = frames[0].slice();
  arp[13] = 0x06;
  expect(isOfPorts(arp, new Set([7401]))).toBe(false);
  for (let length = 0; length < 38; length++)
    expect(isOfPorts(frames[0].slice(0, length), new Set([7401])), `${length} bytes`).toBe(false);
});
