/**
 * Regular files and directories, on Node's `fs`.
 *
 * | system call          | the line of a Node program                              |
 * | -------------------- | ------------------------------------------------------- |
 * | open                 | `fs.openSync(path, flags, mode)`                        |
 * | pread, pwrite        | `fs.readSync(fd, buffer, 0, size, position)`, writeSync |
 * | read, write          | the same with `position` null                           |
 * | lseek                | nothing: Node leaves it out                             |
 * | fstat, ftruncate     | `fs.fstatSync(fd)`, `fs.ftruncateSync(fd, length)`      |
 *
 * As Node has no lseek, the offset is kept here and every read and write names its place. All of it is synchronous: a
 * regular file never makes a thread sleep in poll's sense, it is always ready.
 */
import * as fs from "node:fs";
import {
  EINVAL,
  ENOTDIR,
  O_ACCMODE,
  O_APPEND,
  O_CREAT,
  O_DIRECTORY,
  O_EXCL,
  O_TRUNC,
  POLLIN,
  POLLOUT,
  SEEK_CUR,
  SEEK_END,
  SEEK_SET,
  type Stat,
} from "../../sys";
import type { Machine } from "./machine";
import { orErrno } from "./node-errors";
import { OpenFile } from "./open-file";

/** Our flags are Linux's numbers; Node wants those of the machine it runs on. */
function nodeFlags(flags: number): number {
  const accessModes = [fs.constants.O_RDONLY, fs.constants.O_WRONLY, fs.constants.O_RDWR];
  let result = accessModes[flags & O_ACCMODE] ?? fs.constants.O_RDWR;
  if (flags & O_CREAT) result |= fs.constants.O_CREAT;
  if (flags & O_EXCL) result |= fs.constants.O_EXCL;
  if (flags & O_TRUNC) result |= fs.constants.O_TRUNC;
  if (flags & O_APPEND) result |= fs.constants.O_APPEND;
  if (flags & O_DIRECTORY) result |= fs.constants.O_DIRECTORY ?? 0;
  return result;
}

export function statOf(stats: fs.Stats): Stat {
  return { ino: stats.ino, mode: stats.mode, nlink: stats.nlink, size: stats.size };
}

export class RegularFile extends OpenFile {
  private readonly handle: number;
  private offset = 0;

  constructor(
    machine: Machine,
    readonly name: string,
    flags: number,
    mode: number,
  ) {
    super(machine, flags & ~(O_CREAT | O_EXCL | O_TRUNC));
    this.handle = orErrno(() => fs.openSync(machine.path(name), nodeFlags(flags), mode));
    if (flags & O_DIRECTORY && !fs.fstatSync(this.handle).isDirectory()) {
      fs.closeSync(this.handle);
      throw ENOTDIR;
    }
  }

  tryRead(size: number): Uint8Array {
    const data = this.readAt(size, this.offset);
    this.offset += data.length;
    return data;
  }

  tryWrite(data: Uint8Array): number {
    const written = this.writeAt(data, this.offset);
    this.offset = this.flags & O_APPEND ? fs.fstatSync(this.handle).size : this.offset + written;
    return written;
  }

  override readAt(size: number, offset: number): Uint8Array {
    if (offset < 0) throw EINVAL;
    const buffer = new Uint8Array(size);
    return buffer.slice(
      0,
      orErrno(() => fs.readSync(this.handle, buffer, 0, size, offset)),
    );
  }

  override writeAt(data: Uint8Array, offset: number): number {
    if (offset < 0) throw EINVAL;
    // O_APPEND may have been set by fcntl, which Node has no line for: so the end is looked up here.
    const place = this.flags & O_APPEND ? fs.fstatSync(this.handle).size : offset;
    return orErrno(() => fs.writeSync(this.handle, data, 0, data.length, place));
  }

  override seek(offset: number, whence: number): number {
    const starts = new Map([
      [SEEK_SET, 0],
      [SEEK_CUR, this.offset],
      [SEEK_END, fs.fstatSync(this.handle).size],
    ]);
    const start = starts.get(whence);
    if (start === undefined || start + offset < 0) throw EINVAL;
    this.offset = start + offset;
    return this.offset;
  }

  override truncate(length: number): void {
    if (length < 0 || !this.writable) throw EINVAL;
    orErrno(() => fs.ftruncateSync(this.handle, length));
  }

  override available(): number {
    return Math.max(0, fs.fstatSync(this.handle).size - this.offset);
  }

  ready(): number {
    return POLLIN | POLLOUT;
  }

  stat(): Stat {
    return statOf(orErrno(() => fs.fstatSync(this.handle)));
  }

  protected release(): void {
    fs.closeSync(this.handle);
  }
}
