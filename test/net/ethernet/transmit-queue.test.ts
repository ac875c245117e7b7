/** What waits to leave through a device. */
import { describe, expect, it } from "vitest";
import { TransmitQueue } from "../../../lib/net/ethernet/transmit-queue";
import type { NetDevice } from "../../../lib/net/interface/net-device";
import { Packet } from "../../../lib/net/packet/packet";

/** A queue in front of a device with room for so many; each packet is cut into as many segments as its segmentSize says. */
function queueWith(room: number) {
  const seen = { room, taken: [] as string[], cut: [] as number[], dropped: 0, waiting: 0 };
  const device = {
    transmit(packet: Packet, more: boolean): boolean {
      if (seen.room === 0) return false;
      seen.room--;
      seen.taken.push(`${packet.id}${more ? " more" : ""}`);
      return true;
    },
  } as unknown as NetDevice;
  const queue = new TransmitQueue(device, {
    prepare(packet) {
      seen.cut.push(packet.id);
      return Array.from({ length: Math.max(packet.segmentSize, 1) }, () => packet);
    },
    full: () => seen.dropped++,
    changed: (_, waiting) => {
      seen.waiting = waiting;
    },
  });
  return { queue, seen };
}

function packet(id: number, segments = 0): Packet {
  return Object.assign(Packet.allocate(0), { id, segmentSize: segments });
}

describe("a device's queue", () => {
  it("hands over at once what there is room for, and says whether more follows", () => {
    const { queue, seen } = queueWith(5);
    queue.send(packet(1));
    queue.send(packet(2, 3));
    expect(seen.taken).toEqual(["1", "2 more", "2 more", "2"]);
    expect(queue.length).toBe(0);
  });

  it("keeps what didn't fit, in order, and cuts a packet only when it is its turn", () => {
    const { queue, seen } = queueWith(2);
    queue.send(packet(1, 3));
    queue.send(packet(2, 2));
    queue.send(packet(3));
    expect([seen.taken.length, seen.cut, queue.length, seen.waiting]).toEqual([2, [1], 3, 3]);
    seen.room = 2;
    queue.resume();
    expect([seen.taken.slice(2), seen.cut, queue.length]).toEqual([["1 more", "2 more"], [1, 2], 2]);
    seen.room = 9;
    queue.resume();
    expect([seen.taken.slice(4), queue.length, seen.waiting]).toEqual([["2 more", "3"], 0, 0]);
  });

  it("drops what comes when a thousand wait", () => {
    const { queue, seen } = queueWith(0);
    for (let i = 0; i < 1010; i++) queue.send(packet(i));
    expect([queue.length, seen.dropped]).toEqual([1001, 9]);
  });
});
