/**
 * The descriptor table of a process: small numbers, each leading to an open file description.
 *
 * Node shows a program no such table. It has objects (`net.Socket`, `fs.FileHandle`) and keeps the number inside, out of
 * sight; `socket.read()` is a method of the object. This kernel lays a table of its own over Node's objects, so that the
 * same program with the same numbers runs here too. The numbers are this table's, not those of the real process.
 *
 * Source: open(2), dup(2), fcntl(2) for the rules: lowest free number, close-on-exec belongs to the number, not to the file.
 */
import { EBADF, EINVAL, EMFILE } from "../../sys";
import type { OpenFile } from "./open-file";

interface Entry {
  file: OpenFile;
  closeOnExec: boolean;
}

export class DescriptorTable {
  private readonly entries: Array<Entry | undefined> = [];
  /** One more than the highest number that may be used: RLIMIT_NOFILE. */
  limit = 1024;

  /** The entry behind a number, or EBADF. */
  entry(fd: number): Entry {
    const entry = this.entries[fd];
    if (!entry) throw EBADF;
    return entry;
  }

  file(fd: number): OpenFile {
    return this.entry(fd).file;
  }

  /** The file, or undefined where poll must say POLLNVAL instead of failing. */
  find(fd: number): OpenFile | undefined {
    return this.entries[fd]?.file;
  }

  /** Gives a file the lowest free number that is `from` or more. */
  install(file: OpenFile, closeOnExec = false, from = 0): number {
    if (from < 0 || from >= this.limit) throw EINVAL;
    let fd = from;
    while (this.entries[fd]) fd++;
    if (fd >= this.limit) throw EMFILE;
    file.hold();
    this.entries[fd] = { file, closeOnExec };
    return fd;
  }

  /** Makes one chosen number lead to a file, and closes what it led to. */
  replace(fd: number, file: OpenFile, closeOnExec: boolean): void {
    if (!Number.isInteger(fd) || fd < 0 || fd >= this.limit) throw EBADF;
    const old = this.entries[fd];
    file.hold();
    this.entries[fd] = { file, closeOnExec };
    old?.file.drop();
  }

  close(fd: number): void {
    const { file } = this.entry(fd);
    this.entries[fd] = undefined;
    file.drop();
  }

  /** What fork(2) gives a child: the same numbers, leading to the same open file descriptions. */
  copy(): DescriptorTable {
    const table = new DescriptorTable();
    table.limit = this.limit;
    this.entries.forEach((entry, fd) => {
      if (!entry) return;
      entry.file.hold();
      table.entries[fd] = { ...entry };
    });
    return table;
  }

  closeOnExec(): void {
    this.entries.forEach((entry, fd) => {
      if (entry?.closeOnExec) this.close(fd);
    });
  }

  closeAll(): void {
    this.entries.forEach((entry, fd) => {
      if (entry) this.close(fd);
    });
  }
}
