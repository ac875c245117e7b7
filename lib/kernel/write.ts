/**
 * What `write` means: the same branch as in read.ts, the other way.
 *
 * A regular file takes everything at once. A pipe and a socket take what there is room for, and may make the writer wait for
 * more. What `write` returns is how many bytes the *kernel* has taken, never how many somebody has read.
 *
 * Source: write(2), fs/read_write.c (vfs_write).
 */
import { EBADF, EINVAL } from "../sys/errno";
import { O_APPEND } from "../sys/fcntl";
import { MSG_DONTWAIT } from "../sys/socket";
import type { OpenFile } from "./open-file";
import type { MaySleep } from "./sleep";
import type { Task } from "./task";

export function writeFile(task: Task, file: OpenFile, data: Uint8Array): MaySleep<number> {
  if (!file.writable) throw EBADF;
  const object = file.object;
  switch (object.kind) {
    case "regular": {
      // O_APPEND: to the end, wherever that is now. Finding it and writing there is one step.
      const offset = (file.flags & O_APPEND) !== 0 ? object.size : file.offset;
      const count = object.writeAt(offset, data);
      if (count > 0) file.moveTo(offset + count);
      return count;
    }
    case "pipe":
      return object.pipe.write(task, file, data);
    case "socket":
      return object.send(task, data, file.nonblocking ? MSG_DONTWAIT : 0, null);
    case "device":
      return object.write(data);
    case "directory":
      throw EBADF;
    case "epoll":
      throw EINVAL;
  }
}
