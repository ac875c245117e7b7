/**
 * Inodes: files and directories themselves, apart from any name and any descriptor.
 *
 * A regular file is bytes and a length. It never makes a reader wait: at its end, `read` returns nothing at once. That is the
 * difference to a pipe or a socket, where "nothing yet" and "nothing more" are two things.
 *
 * A file lives while a name or an open file description leads to it, so a removed file can still be read by who has it open.
 *
 * **Not modelled:** permissions and owners (everything is allowed, as for root), places in directories (lseek there is EINVAL
 * from the end), times, links other than the first name, symbolic links, disks (a file is memory, as in tmpfs), file locks. The
 * real machine shows them with stat(1).
 *
 * Source: inode(7), mm/filemap.c (generic_file_read_iter), mm/shmem.c.
 */
import { EINVAL } from "../sys/errno";
import { S_IFDIR, S_IFREG, type Stat } from "../sys/stat";
import type { DeviceNode } from "./character-device";
import type { Kernel } from "./kernel";

const EMPTY = new Uint8Array(0);

abstract class Inode {
  /** Names that lead here. */
  links = 1;
  /** Open file descriptions that lead here. */
  opened = 0;
  readonly name: string;

  constructor(
    protected readonly kernel: Kernel,
    readonly number: number,
    protected readonly permissions: number,
  ) {
    this.name = `inode ${number}`;
  }

  unlink(links: number): void {
    this.links = links;
    if (this.kernel.trace !== null) this.kernel.emit({ type: "inode.links", object: this.name, nlink: links });
    this.freeIfUnused();
  }

  freeIfUnused(): void {
    if (this.links === 0 && this.opened === 0 && this.kernel.trace !== null) {
      this.kernel.emit({ type: "inode.free", object: this.name });
    }
  }
}

export class RegularFile extends Inode {
  readonly kind = "regular";
  /** Invariant: at least `length` bytes long, and zero behind `length`. */
  private data: Uint8Array = EMPTY;
  private length = 0;

  get size(): number {
    return this.length;
  }

  /** Up to `size` bytes from `offset`; none at or behind the end. Copies them into `into` if given. */
  readAt(offset: number, size: number, into: Uint8Array | null): Uint8Array {
    const end = Math.min(offset + size, this.length);
    if (end <= offset) return EMPTY;
    if (into === null) return this.data.slice(offset, end);
    into.set(this.data.subarray(offset, end));
    return into.subarray(0, end - offset);
  }

  /** Puts the bytes at `offset`, growing the file as needed; a gap behind the old end reads as zeros. */
  writeAt(offset: number, bytes: Uint8Array): number {
    if (bytes.length === 0) return 0;
    const end = offset + bytes.length;
    if (end > this.length) this.resize(end);
    this.data.set(bytes, offset);
    return bytes.length;
  }

  /** Cuts the file, or extends it with zeros. */
  resize(length: number): void {
    if (length < 0) throw EINVAL;
    if (length > this.data.length) {
      const larger = new Uint8Array(Math.max(length, 2 * this.data.length, 64));
      larger.set(this.data.subarray(0, this.length));
      this.data = larger;
    }
    if (length < this.length) this.data.fill(0, length, this.length);
    this.length = length;
    if (this.kernel.trace !== null) this.kernel.emit({ type: "inode.size", object: this.name, size: length });
  }

  stat(): Stat {
    return { ino: this.number, mode: S_IFREG | this.permissions, nlink: this.links, size: this.length };
  }
}

/** The name of a Unix-domain socket that was bound to a path: no file, it can't be opened. The network makes these. */
export interface SocketNode {
  readonly kind: "socket-name";
  readonly name: string;
  stat(): Stat;
  unlink(links: number): void;
}

export type Node = RegularFile | Directory | DeviceNode | SocketNode;

export class Directory extends Inode {
  readonly kind = "directory";
  readonly entries = new Map<string, Node>();

  stat(): Stat {
    let subdirectories = 0;
    for (const node of this.entries.values()) if (node.kind === "directory") subdirectories++;
    return {
      ino: this.number,
      mode: S_IFDIR | this.permissions,
      nlink: 2 + subdirectories,
      size: 20 * (2 + this.entries.size),
    };
  }
}
