/**
 * What `read` means. **This branch is the answer to the course's question.**
 *
 * A program says `read(fd)`. The kernel follows descriptor → open file description → object, and here, in one place, decides
 * what to do about it. A regular file copies bytes from where the offset stands. A pipe waits for a writer. A socket waits for the
 * network. The program can't see the difference, and that is why network communication looks like file I/O.
 *
 * Source: read(2); Linux makes the same decision through a table of functions, file->f_op->read_iter (fs/read_write.c).
 */
import { EBADF, EINVAL, EISDIR } from "../sys/errno";
import { MSG_DONTWAIT } from "../sys/socket";
import type { OpenFile } from "./open-file";
import { isSleeping, type MaySleep, type Sleeping } from "./sleep";
import type { Received } from "./socket";
import type { Task } from "./task";

/** Up to `size` bytes from whatever the descriptor leads to; into `into` where the program gave a buffer. */
export function readFile(task: Task, file: OpenFile, size: number, into: Uint8Array | null): MaySleep<Uint8Array> {
  if (!file.readable) throw EBADF;
  const object = file.object;
  switch (object.kind) {
    case "regular": {
      const data = object.readAt(file.offset, size, into);
      if (data.length > 0) file.moveTo(file.offset + data.length);
      return data;
    }
    case "pipe":
      return object.pipe.read(task, file, size, into);
    case "socket": {
      // Unlike recv, which looks for a message or an error first (sock_read_iter).
      if (size === 0) return new Uint8Array(0);
      const received = object.receive(task, size, into, file.nonblocking ? MSG_DONTWAIT : 0);
      return isSleeping(received) ? dataLater(received) : received.data;
    }
    case "device":
      return object.read(size, into);
    case "directory":
      throw EISDIR;
    case "epoll":
      throw EINVAL;
  }
}

/** read(2) has no place for the rest: who sent it, and flags. */
function* dataLater(receiving: Sleeping<Received>): Sleeping<Uint8Array> {
  return (yield* receiving).data;
}
