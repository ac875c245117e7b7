/** What any datagram queue must do. An exercise's answer is held to the same. */
import { expect } from "vitest";
import { ipv4Address } from "../../../lib/net/addresses";
import type { Datagram, DatagramQueue } from "../../../lib/net/udp/datagram-queue";
import { asTest, type Case } from "./cases";

function datagram(text: string, truesize = 100): Datagram {
  return { data: new TextEncoder().encode(text), from: ipv4Address("10.0.0.1"), fromPort: 9, truesize };
}

export function datagramQueueContract(make: () => DatagramQueue, test: Case = asTest): void {
  test("first in, first out; looking takes nothing", () => {
    const queue = make();
    const [a, b] = [datagram("a"), datagram("b")];
    expect([queue.peek(), queue.take(), queue.length, queue.used]).toEqual([null, null, 0, 0]);
    expect([queue.add(a, 1000), queue.add(b, 1000)]).toEqual([true, true]);
    expect([queue.length, queue.used]).toEqual([2, 200]);
    expect([queue.peek(), queue.peek(), queue.take(), queue.take(), queue.take()]).toEqual([a, a, a, b, null]);
    expect([queue.length, queue.used]).toEqual([0, 0]);
  });

  test("full to the last byte, not beyond", () => {
    const queue = make();
    expect([queue.add(datagram("a"), 300), queue.add(datagram("b"), 300), queue.add(datagram("c"), 300)]).toEqual([
      true,
      true,
      true,
    ]);
    expect(queue.add(datagram("d", 1), 300)).toBe(false);
    expect(queue.length).toBe(3);
    queue.take();
    expect(queue.add(datagram("e"), 300)).toBe(true);
  });

  test("an empty queue takes one, however large", () => {
    const queue = make();
    expect(queue.add(datagram("large", 9999), 300)).toBe(true);
    expect(queue.add(datagram("small", 1), 300)).toBe(false);
  });
}
