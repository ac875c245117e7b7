/**
 * Names: from a path to an inode.
 *
 * One tree, held in memory. A path is walked from the root, name by name; every name but the last must be a directory. The
 * process's working directory is always "/".
 *
 * **Not modelled:** mount points, working directories, O_PATH, O_TMPFILE, O_NOFOLLOW, O_NOATIME, O_SYNC (flags of open that change
 * nothing here). The real machine shows them with findmnt(8) and in /proc/<pid>/fdinfo/<fd>.
 *
 * Source: path_resolution(7), open(2), mkdir(2), rmdir(2), unlink(2).
 */
import { EEXIST, EINVAL, EISDIR, ENAMETOOLONG, ENOENT, ENOTDIR, ENOTEMPTY } from "../sys/errno";
import { O_ACCMODE, O_CREAT, O_DIRECTORY, O_EXCL, O_RDONLY, O_TRUNC } from "../sys/fcntl";
import { DeviceNode } from "./character-device";
import { Directory, type Node, RegularFile } from "./inode";
import type { Kernel } from "./kernel";

/** Longest name and longest path, in bytes (limits.h). */
const NAME_MAX = 255;
const PATH_MAX = 4096;

/** Where the last name of a path belongs. */
interface Place {
  readonly parent: Directory;
  /** "" for the root itself. */
  readonly name: string;
  /** A slash behind the last name: it must be a directory. */
  readonly mustBeDirectory: boolean;
}

export class FileSystem {
  readonly root: Directory;
  private inodes = 0;

  constructor(private readonly kernel: Kernel) {
    this.root = this.makeDirectory("/", 0o755);
    for (const name of ["dev", "etc", "home", "tmp"]) {
      this.root.entries.set(name, this.makeDirectory(`/${name}`, 0o755));
    }
    const dev = this.root.entries.get("dev") as Directory;
    for (const device of ["null", "zero", "tty"] as const) {
      dev.entries.set(device, new DeviceNode(this.nextNumber(), device));
    }
  }

  nextNumber(): number {
    return ++this.inodes;
  }

  /** What a path leads to. Throws ENOENT, ENOTDIR, ENAMETOOLONG. */
  lookUp(path: string): Node {
    const place = this.walk(path);
    const node = this.entry(place);
    if (node === undefined) throw ENOENT;
    if (place.mustBeDirectory && node.kind !== "directory") throw ENOTDIR;
    return node;
  }

  /** What open(2) opens, made or cut as its flags say. */
  open(path: string, flags: number, mode: number): Node {
    // Since Linux 6.4: O_CREAT together with O_DIRECTORY means nothing.
    if ((flags & O_CREAT) !== 0 && (flags & O_DIRECTORY) !== 0) throw EINVAL;
    const place = this.walk(path);
    let node = this.entry(place);
    if ((flags & O_CREAT) !== 0) {
      if (place.mustBeDirectory) throw EISDIR;
      if (node !== undefined && (flags & O_EXCL) !== 0) throw EEXIST;
      if (node?.kind === "directory") throw EISDIR;
      node ??= this.createFile(place, path, mode);
    }
    if (node === undefined) throw ENOENT;
    if ((place.mustBeDirectory || (flags & O_DIRECTORY) !== 0) && node.kind !== "directory") throw ENOTDIR;
    if (node.kind === "directory" && ((flags & O_ACCMODE) !== O_RDONLY || (flags & O_TRUNC) !== 0)) throw EISDIR;
    if (node.kind === "regular" && (flags & O_TRUNC) !== 0 && node.size > 0) node.resize(0);
    return node;
  }

  mkdir(path: string, mode: number): void {
    const place = this.walk(path);
    if (this.entry(place) !== undefined) throw EEXIST;
    place.parent.entries.set(place.name, this.makeDirectory(path, mode));
  }

  rmdir(path: string): void {
    const place = this.walk(path);
    const node = this.entry(place);
    if (node === undefined) throw ENOENT;
    if (node.kind !== "directory") throw ENOTDIR;
    if (path.replace(/\/+$/, "").endsWith("/.")) throw EINVAL;
    if (node.entries.size > 0) throw ENOTEMPTY;
    place.parent.entries.delete(place.name);
    node.unlink(0);
  }

  unlink(path: string): void {
    const place = this.walk(path);
    const node = this.entry(place);
    if (node === undefined) throw ENOENT;
    if (node.kind === "directory") throw EISDIR;
    if (place.mustBeDirectory) throw ENOTDIR;
    place.parent.entries.delete(place.name);
    node.unlink(0);
  }

  /** Gives a node of another kind (a bound socket) its name. Throws EEXIST when the name is taken. */
  link(path: string, node: Node): void {
    const place = this.walk(path);
    if (this.entry(place) !== undefined || place.mustBeDirectory) throw EEXIST;
    place.parent.entries.set(place.name, node);
  }

  /** Sets up a file and the directories above it before any program runs. */
  provide(path: string, contents: Uint8Array): void {
    const names = path.split("/").filter((name) => name !== "");
    for (let i = 1; i < names.length; i++) {
      const directory = `/${names.slice(0, i).join("/")}`;
      const place = this.walk(directory);
      if (this.entry(place) === undefined) this.mkdir(directory, 0o755);
    }
    const node = this.open(path, O_CREAT | O_TRUNC | 1, 0o644);
    if (node.kind === "regular") node.writeAt(0, contents);
  }

  private entry(place: Place): Node | undefined {
    return place.name === "" ? place.parent : place.parent.entries.get(place.name);
  }

  private walk(path: string): Place {
    if (path === "") throw ENOENT;
    if (path.length >= PATH_MAX) throw ENAMETOOLONG;
    const names = path.split("/").filter((name) => name !== "");
    const above: Directory[] = [this.root];
    const last = names.at(-1);
    // "." and ".." at the end are no names: what stands before them is walked through like the rest.
    const named = last !== undefined && last !== "." && last !== "..";
    for (const name of named ? names.slice(0, -1) : names) {
      if (name === ".") continue;
      if (name === "..") {
        if (above.length > 1) above.pop();
        continue;
      }
      const node = this.child(above[above.length - 1], name);
      if (node === undefined) throw ENOENT;
      if (node.kind !== "directory") throw ENOTDIR;
      above.push(node);
    }
    const parent = above[above.length - 1];
    if (!named) return { parent, name: "", mustBeDirectory: true };
    if (last.length > NAME_MAX) throw ENAMETOOLONG;
    return { parent, name: last, mustBeDirectory: path.endsWith("/") };
  }

  private child(directory: Directory, name: string): Node | undefined {
    if (name.length > NAME_MAX) throw ENAMETOOLONG;
    return directory.entries.get(name);
  }

  private createFile(place: Place, path: string, mode: number): RegularFile {
    const file = new RegularFile(this.kernel, this.nextNumber(), mode & 0o777);
    place.parent.entries.set(place.name, file);
    if (this.kernel.trace !== null) {
      this.kernel.emit({ type: "inode.create", object: file.name, directory: false, path });
    }
    return file;
  }

  private makeDirectory(path: string, mode: number): Directory {
    const directory = new Directory(this.kernel, this.nextNumber(), mode & 0o777);
    if (this.kernel.trace !== null) {
      this.kernel.emit({ type: "inode.create", object: directory.name, directory: true, path });
    }
    return directory;
  }
}
