/** Which of its two zeros a transport writes. */
import { expect, it } from "vitest";
import { transportChecksum } from "../../../lib/net/packet/checksum";

const TCP_CHECKSUM = 16;
const UDP_CHECKSUM = 6;

it("the checksum is the sum's complement", () => {
  expect(transportChecksum(0x1234, TCP_CHECKSUM)).toBe(0xedcb);
  expect(transportChecksum(0x1234, UDP_CHECKSUM)).toBe(0xedcb);
});

it("UDP never writes 0, which would mean that there is none (RFC 768); TCP does", () => {
  expect(transportChecksum(0xffff, UDP_CHECKSUM)).toBe(0xffff);
  expect(transportChecksum(0xffff, TCP_CHECKSUM)).toBe(0);
});
