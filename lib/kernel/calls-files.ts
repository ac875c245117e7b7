/**
 * The calls that read, write and name files: each finds the open file and hands over to read.ts, write.ts or the file system.
 *
 * Source: open(2), read(2), readv(2), pread(2), lseek(2), stat(2); fs/open.c, fs/read_write.c.
 */
import { concat } from "../sys/bytes";
import type { BufferOrSize } from "../sys/calls";
import { EBADF, EINVAL, ENXIO, ESPIPE } from "../sys/errno";
import { O_APPEND, O_CLOEXEC, O_CREAT, O_DIRECTORY, O_EXCL, O_TRUNC, SEEK_CUR, SEEK_END, SEEK_SET } from "../sys/fcntl";
import type { Stat } from "../sys/stat";
import { CharacterDevice } from "./character-device";
import type { Node, RegularFile } from "./inode";
import type { FileObject, OpenFile } from "./open-file";
import { readFile } from "./read";
import { type MaySleep, resultOf, type Sleeping } from "./sleep";
import type { Task } from "./task";
import { IOV_MAX, scatter, sizeOf, targetOf, totalSizeOf } from "./user-memory";
import { writeFile } from "./write";

/**
 * The highest `whence` of Linux, SEEK_HOLE.
 *
 * **Not modelled:** SEEK_DATA, SEEK_HOLE (EINVAL on every file). The real machine shows holes with `filefrag -v`.
 */
const SEEK_MAX = 4;
/** Set by open(2) itself on 64-bit machines, and seen in F_GETFL. */
const O_LARGEFILE = 0o100000;

export function open(task: Task, path: string, flags: number, mode = 0): number {
  const { kernel, process } = task;
  // Before anything is looked up or created, as do_sys_openat2 in fs/open.c does.
  const fd = process.fds.reserve(process.fdLimit);
  try {
    const node = kernel.fileSystem.open(path, flags, mode);
    const kept = flags & ~(O_CREAT | O_EXCL | O_TRUNC | O_CLOEXEC | (node.kind === "directory" ? 0 : O_DIRECTORY));
    const file = kernel.openFile(objectOf(task, node), kept | O_LARGEFILE, path);
    process.fds.fill(fd, file, (flags & O_CLOEXEC) !== 0);
    return fd;
  } catch (error) {
    process.fds.unreserve(fd);
    throw error;
  }
}

function objectOf(task: Task, node: Node): FileObject {
  if (node.kind === "socket-name") throw ENXIO;
  if (node.kind === "device-name") return new CharacterDevice(node.device, task.kernel, node.number);
  return node;
}

/** A descriptor for a new open file; without one (EMFILE) the file is gone again. */
export function installOrRelease(task: Task, file: OpenFile, closeOnExec: boolean, limit: number): number {
  file.hold();
  try {
    return task.process.fds.install(file, limit, closeOnExec);
  } finally {
    file.release();
  }
}

export function read(task: Task, fd: number, buffer: BufferOrSize): MaySleep<Uint8Array> {
  return readFile(task, task.use(fd), sizeOf(buffer), targetOf(buffer));
}

export function write(task: Task, fd: number, data: Uint8Array): MaySleep<number> {
  return writeFile(task, task.use(fd), data);
}

export function* readv(task: Task, fd: number, iov: readonly BufferOrSize[]): Sleeping<Uint8Array[]> {
  const file = task.use(fd);
  if (!file.readable) throw EBADF;
  if (iov.length > IOV_MAX) throw EINVAL;
  const total = totalSizeOf(iov);
  // Whoever asks for nothing gets it, even of a directory (vfs_readv in fs/read_write.c).
  if (total === 0 && file.object.kind !== "epoll") return [];
  const data = yield* resultOf(readFile(task, file, total, null));
  return scatter(data, iov);
}

export function* writev(task: Task, fd: number, iov: readonly Uint8Array[]): Sleeping<number> {
  const file = task.use(fd);
  if (!file.writable) throw EBADF;
  if (iov.length > IOV_MAX) throw EINVAL;
  const data = concat(iov);
  // Unlike a write of nothing, which a datagram socket sends as an empty datagram (vfs_writev in fs/read_write.c).
  return data.length === 0 && file.object.kind !== "epoll" ? 0 : yield* resultOf(writeFile(task, file, data));
}

/** For calls that need a place in a file: only a regular file has places. */
function seekable(file: OpenFile): RegularFile | null {
  const { kind } = file.object;
  if (kind === "pipe" || kind === "socket" || kind === "epoll") throw ESPIPE;
  return file.object.kind === "regular" ? file.object : null;
}

export function pread(task: Task, fd: number, buffer: BufferOrSize, offset: number): MaySleep<Uint8Array> {
  if (offset < 0) throw EINVAL;
  const file = task.process.fds.get(fd);
  const inode = seekable(file);
  if (!file.readable) throw EBADF;
  if (inode !== null) return inode.readAt(offset, sizeOf(buffer), targetOf(buffer));
  return readFile(task, file, sizeOf(buffer), targetOf(buffer));
}

export function pwrite(task: Task, fd: number, data: Uint8Array, offset: number): MaySleep<number> {
  if (offset < 0) throw EINVAL;
  const file = task.process.fds.get(fd);
  const inode = seekable(file);
  if (!file.writable) throw EBADF;
  if (inode === null) return writeFile(task, file, data);
  // POSIX says "at offset"; Linux appends whatever the offset when O_APPEND is set (pwrite(2), BUGS).
  return inode.writeAt((file.flags & O_APPEND) !== 0 ? inode.size : offset, data);
}

export function lseek(task: Task, fd: number, offset: number, whence: number): number {
  const file = task.process.fds.get(fd);
  // Looked at before the file is: ksys_lseek in fs/read_write.c.
  if (!Number.isInteger(whence) || whence < SEEK_SET || whence > SEEK_MAX) throw EINVAL;
  // An epoll instance has no place to move to, and says yes all the same (noop_llseek in fs/eventpoll.c).
  if (file.object.kind === "epoll") return 0;
  const inode = seekable(file);
  const bases: Record<number, number> = { [SEEK_SET]: 0, [SEEK_CUR]: file.offset, [SEEK_END]: inode?.size ?? 0 };
  const base = bases[whence];
  // A directory's places are only good for going back to (dcache_dir_lseek in fs/libfs.c).
  if (base === undefined || (file.object.kind === "directory" && whence === SEEK_END)) throw EINVAL;
  if (file.object.kind === "device") return 0;
  if (base + offset < 0) throw EINVAL;
  file.moveTo(base + offset);
  return file.offset;
}

export function ftruncate(task: Task, fd: number, length: number): void {
  if (length < 0) throw EINVAL;
  const file = task.process.fds.get(fd);
  if (file.object.kind !== "regular" || !file.writable) throw EINVAL;
  file.object.resize(length);
}

export function fstat(task: Task, fd: number): Stat {
  const { object } = task.process.fds.get(fd);
  return object.stat();
}

export function stat(task: Task, path: string): Stat {
  return task.kernel.fileSystem.lookUp(path).stat();
}

export function mkdir(task: Task, path: string, mode = 0o777): void {
  task.kernel.fileSystem.mkdir(path, mode);
}

export function rmdir(task: Task, path: string): void {
  task.kernel.fileSystem.rmdir(path);
}

export function unlink(task: Task, path: string): void {
  task.kernel.fileSystem.unlink(path);
}
