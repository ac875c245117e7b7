/**
 * ICMP messages: their types and codes, and what each error means to a program.
 *
 *     | type | code | checksum | depends on the type (4) | the beginning of the packet that it is about |
 *
 * Source: RFC 792, RFC 1122 section 3.2.2, RFC 1191 section 4; net/ipv4/icmp.c (icmp_err_convert).
 */
import {
  ECONNREFUSED,
  EHOSTDOWN,
  EHOSTUNREACH,
  EMSGSIZE,
  ENETUNREACH,
  ENONET,
  ENOPROTOOPT,
  EOPNOTSUPP,
  EPROTO,
  type Errno,
} from "../../sys/errno";

// Types (RFC 792).
export const ICMP_ECHO_REPLY = 0;
export const ICMP_DESTINATION_UNREACHABLE = 3;
export const ICMP_ECHO_REQUEST = 8;
export const ICMP_TIME_EXCEEDED = 11;
export const ICMP_PARAMETER_PROBLEM = 12;

/** Codes of "destination unreachable". */
export const NET_UNREACHABLE = 0;
export const HOST_UNREACHABLE = 1;
export const PROTOCOL_UNREACHABLE = 2;
export const PORT_UNREACHABLE = 3;
export const FRAGMENTATION_NEEDED = 4;
/** Codes of "time exceeded". */
export const TTL_EXCEEDED = 0;
export const REASSEMBLY_TIME_EXCEEDED = 1;

/** In bytes. */
export const ICMP_HEADER = 8;

interface Meaning {
  readonly error: Errno;
  /** Certain to last: no use in trying again. */
  readonly fatal: boolean;
}

/** By code of "destination unreachable"; from 13 on, "forbidden" of one sort or another. */
const unreachable: readonly Meaning[] = [
  { error: ENETUNREACH, fatal: false },
  { error: EHOSTUNREACH, fatal: false },
  { error: ENOPROTOOPT, fatal: true },
  { error: ECONNREFUSED, fatal: true },
  { error: EMSGSIZE, fatal: false },
  { error: EOPNOTSUPP, fatal: false },
  { error: ENETUNREACH, fatal: true },
  { error: EHOSTDOWN, fatal: true },
  { error: ENONET, fatal: true },
  { error: ENETUNREACH, fatal: true },
  { error: EHOSTUNREACH, fatal: true },
  { error: ENETUNREACH, fatal: false },
  { error: EHOSTUNREACH, fatal: false },
  { error: EHOSTUNREACH, fatal: true },
  { error: EHOSTUNREACH, fatal: true },
  { error: EHOSTUNREACH, fatal: true },
];

/** What an error means; null when the message is no error. */
export function meaningOf(type: number, code: number): Meaning | null {
  switch (type) {
    case ICMP_DESTINATION_UNREACHABLE:
      return unreachable[code] ?? { error: EHOSTUNREACH, fatal: true };
    case ICMP_TIME_EXCEEDED:
      return { error: EHOSTUNREACH, fatal: false };
    case ICMP_PARAMETER_PROBLEM:
      return { error: EPROTO, fatal: true };
    default:
      return null;
  }
}

/** Is a message of this type about a packet that couldn't be delivered (RFC 1122 3.2.2)? */
export function isError(type: number): boolean {
  return meaningOf(type, 0) !== null;
}
