/**
 * Socket addresses as the kernel wants them: `struct sockaddr_in` and `struct sockaddr_un`, byte by byte.
 *
 * Source: ip(7), unix(7).
 */
import type { SocketAddress } from "../../../sys/socket";

const AF_UNIX = 1;
const AF_INET = 2;
/** Room for the longest address this knows: sun_family and sun_path. */
export const ADDRESS_SIZE = 110;

export function encodeAddress(address: SocketAddress): Buffer {
  if ("path" in address) return encodeUnix(address.family ?? AF_UNIX, address.path);
  if ("address" in address) return encodeInet(address.family ?? AF_INET, address.address, address.port);
  const buffer = Buffer.alloc(16);
  buffer.writeUInt16LE(address.family ?? 0, 0);
  return buffer;
}

function encodeInet(family: number, address: string, port: number): Buffer {
  const buffer = Buffer.alloc(16);
  buffer.writeUInt16LE(family, 0);
  buffer.writeUInt16BE(port, 2);
  const bytes = address.split(".").map(Number);
  if (bytes.length !== 4) throw new TypeError(`${address} is no IPv4 address`);
  for (let i = 0; i < 4; i++) buffer.writeUInt8(bytes[i], 4 + i);
  return buffer;
}

/** A path ends with a NUL; an abstract name begins with one and has no end but its length; no name at all is a bare family. */
function encodeUnix(family: number, path: string): Buffer {
  const name = Buffer.from(path === "" || path.startsWith("\0") ? path : `${path}\0`);
  const buffer = Buffer.alloc(2 + name.length);
  buffer.writeUInt16LE(family, 0);
  name.copy(buffer, 2);
  return buffer;
}

/** null when the kernel gave no address. */
export function decodeAddress(buffer: Buffer, length: number): SocketAddress | null {
  if (length === 0) return null;
  const family = buffer.readUInt16LE(0);
  if (family === AF_INET) {
    return { family, address: [...buffer.subarray(4, 8)].join("."), port: buffer.readUInt16BE(2) };
  }
  if (family === AF_UNIX) {
    const name = buffer.subarray(2, length);
    const end = name[0] === 0 ? name.length : name.indexOf(0);
    return { family, path: name.toString("utf8", 0, end < 0 ? name.length : end) };
  }
  return { family };
}
