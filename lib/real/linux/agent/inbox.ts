/** A datagram socket through which another agent gives this one its descriptors; unix(7), "autobind feature". */
import { ADDRESS_SIZE } from "./address";
import { check, libc } from "./libc";

const AF_UNIX = 1;
const SOCK_DGRAM = 2;
const SOCK_CLOEXEC = 0o2000000;

export function createInbox(): { fd: number; name: Uint8Array } {
  const fd = check(libc.socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  const family = Buffer.alloc(2);
  family.writeUInt16LE(AF_UNIX, 0);
  // A bare family: the kernel chooses a free abstract name.
  check(libc.bind(fd, family, family.length));
  const name = Buffer.alloc(ADDRESS_SIZE);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(ADDRESS_SIZE, 0);
  check(libc.getsockname(fd, name, length));
  return { fd, name: new Uint8Array(name.subarray(0, length.readUInt32LE(0))) };
}
