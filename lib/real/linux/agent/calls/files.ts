/** Descriptors and what they lead to. Paths are relative to the run's folder, which is this process's working directory. */
import type { Stat } from "../../../../sys/stat";
import { check, libc, plain } from "../libc";
import { flagsFromReal, flagsToReal } from "../open-flags";
import { encodeVector, fillVector } from "../vector";

const F_GETFL = 3;
const F_SETFL = 4;
const FIONBIO = 0x5421;
const AT_FDCWD = -100;
const AT_EMPTY_PATH = 0x1000;
const STATX_BASIC_STATS = 0x7ff;
const RLIMIT_NOFILE = 7;

/** statx(2) has one layout on every machine, which stat(2) hasn't. */
function statx(directory: number, path: string, flags: number): Stat {
  const buffer = Buffer.alloc(256);
  check(libc.statx(directory, path, flags, STATX_BASIC_STATS, buffer));
  return {
    ino: Number(buffer.readBigUInt64LE(32)),
    mode: buffer.readUInt16LE(28),
    nlink: buffer.readUInt32LE(16),
    size: Number(buffer.readBigUInt64LE(40)),
  };
}

function pair(call: (fds: Buffer) => number): [number, number] {
  const fds = Buffer.alloc(8);
  check(call(fds));
  return [fds.readInt32LE(0), fds.readInt32LE(4)];
}

export const fileCalls = {
  open: (path: string, flags: number, mode = 0) => check(libc.open(path, flagsToReal(flags), mode)),
  read(fd: number, size: number) {
    const buffer = Buffer.allocUnsafeSlow(size);
    return plain(buffer, check(libc.read(fd, buffer, size)));
  },
  write: (fd: number, data: Uint8Array) => check(libc.write(fd, data, data.length)),
  readv(fd: number, sizes: number[]) {
    const parts = sizes.map((size) => Buffer.allocUnsafeSlow(size));
    return fillVector(parts, check(libc.readv(fd, encodeVector(parts), parts.length)));
  },
  writev: (fd: number, parts: Uint8Array[]) => check(libc.writev(fd, encodeVector(parts), parts.length)),
  pread(fd: number, size: number, offset: number) {
    const buffer = Buffer.allocUnsafeSlow(size);
    return plain(buffer, check(libc.pread(fd, buffer, size, offset)));
  },
  pwrite: (fd: number, data: Uint8Array, offset: number) => check(libc.pwrite(fd, data, data.length, offset)),
  // Some file systems have places in directories that only fit a 64-bit number.
  lseek: (fd: number, offset: number, whence: number) => Number(check(libc.lseek(fd, offset, whence))),
  close: (fd: number) => void check(libc.close(fd)),
  dup: (fd: number) => check(libc.dup(fd)),
  dup2: (oldfd: number, newfd: number) => check(libc.dup2(oldfd, newfd)),
  dup3: (oldfd: number, newfd: number, flags: number) => check(libc.dup3(oldfd, newfd, flags)),
  pipe: () => pair((fds) => libc.pipe2(fds, 0)),
  pipe2: (flags: number) => pair((fds) => libc.pipe2(fds, flags)),
  socketpair: (domain: number, type: number, protocol = 0) =>
    pair((fds) => libc.socketpair(domain, type, protocol, fds)),
  fcntl(fd: number, command: number, argument = 0) {
    const result = check(libc.fcntl(fd, command, command === F_SETFL ? flagsToReal(argument) : argument));
    return command === F_GETFL ? flagsFromReal(result) : result;
  },
  ioctl(fd: number, request: number, argument = 0) {
    const value = Buffer.alloc(8);
    value.writeInt32LE(argument, 0);
    const result = check(libc.ioctl(fd, request, value));
    return request === FIONBIO ? result : value.readInt32LE(0);
  },
  // A negative descriptor would mean the working directory to statx, which fstat doesn't know.
  fstat: (fd: number) => statx(fd < 0 ? -1 : fd, "", AT_EMPTY_PATH),
  stat: (path: string) => statx(AT_FDCWD, path, 0),
  ftruncate: (fd: number, length: number) => void check(libc.ftruncate(fd, length)),
  mkdir: (path: string, mode = 0o777) => void check(libc.mkdir(path, mode)),
  rmdir: (path: string) => void check(libc.rmdir(path)),
  unlink: (path: string) => void check(libc.unlink(path)),
  setrlimit(resource: number, limit: number) {
    const value = Buffer.alloc(16);
    check(libc.getrlimit(resource, value));
    value.writeBigUInt64LE(BigInt(limit), 0);
    check(libc.setrlimit(resource, value));
  },
};

/** The soft and the hard limit on descriptor numbers. */
export function descriptorLimits(): { soft: number; hard: number } {
  const value = Buffer.alloc(16);
  check(libc.getrlimit(RLIMIT_NOFILE, value));
  return { soft: Number(value.readBigUInt64LE(0)), hard: Number(value.readBigUInt64LE(8)) };
}

export function setDescriptorLimit(soft: number): void {
  fileCalls.setrlimit(RLIMIT_NOFILE, soft);
}
