/**
 * The UDP header: two ports, a length, a checksum, and nothing more.
 *
 *     | source port | destination port | length | checksum | data |
 *
 * Source: RFC 768.
 */
/** In bytes. */
export const UDP_HEADER = 8;

// Offsets of the fields in bytes.
export const UDP_SOURCE = 0;
export const UDP_DESTINATION = 2;
export const UDP_LENGTH = 4;
export const UDP_CHECKSUM = 6;
