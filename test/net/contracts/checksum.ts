/** What any Internet checksum must do. An exercise's answer is held to the same. */
import fc from "fast-check";
import { expect } from "vitest";
import type { InternetChecksum } from "../../../lib/net/packet/checksum";
import { asTest, type Case } from "./cases";

/** RFC 1071, section 1, word for word. */
export const byWords: InternetChecksum = (data, from, to, initial) => {
  let sum = initial;
  for (let i = from; i < to; i += 2) {
    sum += (data.getUint8(i) << 8) | (i + 1 < to ? data.getUint8(i + 1) : 0);
    sum = (sum & 0xffff) + (sum >> 16);
  }
  return sum;
};

function view(bytes: readonly number[]): DataView {
  return new DataView(Uint8Array.from(bytes).buffer);
}

export function checksumContract(checksum: InternetChecksum, test: Case = asTest): void {
  test("the example of RFC 1071, section 3", () => {
    expect(checksum(view([0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7]), 0, 8, 0)).toBe(0xddf2);
  });

  test("an odd last byte is the high half of a word", () => {
    expect(checksum(view([0x12, 0x34, 0x56]), 0, 3, 0)).toBe(0x1234 + 0x5600);
  });

  test("carries go around until none is left", () => {
    expect(checksum(view([0xff, 0xff, 0x00, 0x01]), 0, 4, 0)).toBe(1);
    expect(checksum(view([0xff, 0xff]), 0, 2, 0xffff)).toBe(0xffff);
  });

  test("nothing changes nothing", () => {
    expect(checksum(view([1, 2]), 1, 1, 0x1234)).toBe(0x1234);
  });

  test("the same sum as word by word, whatever the place, the length and the beginning", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 3000 }), fc.nat(40), fc.nat(0xffff), (bytes, skip, initial) => {
        const data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
        const from = Math.min(skip, bytes.length);
        expect(checksum(data, from, bytes.length, initial)).toBe(byWords(data, from, bytes.length, initial));
      }),
    );
  });

  test("the longest packet, all ones", () => {
    const data = view(Array(65_535).fill(0xff));
    expect(checksum(data, 0, 65_535, 0)).toBe(byWords(data, 0, 65_535, 0));
  });
}
