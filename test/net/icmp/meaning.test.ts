/** What each "destination unreachable" means to a program: SO_ERROR of a connected UDP socket on Linux 6.18, for codes 0 to 15 in order. */
import { expect, test } from "vitest";
import { ICMP_DESTINATION_UNREACHABLE, meaningOf } from "../../../lib/net/icmp/message";

const onLinux = `ENETUNREACH EHOSTUNREACH ENOPROTOOPT ECONNREFUSED EMSGSIZE EOPNOTSUPP ENETUNREACH EHOSTDOWN ENONET ENETUNREACH
  EHOSTUNREACH ENETUNREACH EHOSTUNREACH EHOSTUNREACH EHOSTUNREACH EHOSTUNREACH`;

test("each code of 'destination unreachable' has the error that Linux gives it", () => {
  const ours = Array.from({ length: 16 }, (_, code) => meaningOf(ICMP_DESTINATION_UNREACHABLE, code)?.error.code);
  expect(ours).toEqual(onLinux.split(/\s+/));
});

test("what is no error means nothing", () => {
  expect([0, 5, 8, 13].map((type) => meaningOf(type, 0))).toEqual([null, null, null, null]);
});
