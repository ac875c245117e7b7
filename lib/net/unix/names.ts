/**
 * The names of Unix sockets: paths in the file system, and abstract names.
 *
 * A path leads to a node of its own kind, and the node to the socket; when the socket is gone the node stays behind and
 * leads nowhere (ECONNREFUSED) until somebody unlinks it. An abstract name begins with a NUL, exists in no file system, and
 * goes with its socket.
 *
 * Source: unix(7), net/unix/af_unix.c (unix_find_other, unix_bind_bsd, unix_bind_abstract, unix_autobind).
 */
import type { SocketNode } from "../../kernel/inode";
import type { Kernel } from "../../kernel/kernel";
import { EADDRINUSE, ECONNREFUSED, EINVAL, ENOENT, EPROTOTYPE, Errno } from "../../sys/errno";
import { AF_UNIX, type SocketAddress, type UnixAddress } from "../../sys/socket";
import { S_IFSOCK, type Stat } from "../../sys/stat";
import type { UnixSocket } from "./unix-socket";

/** sizeof(sun_path), in bytes. */
const PATH_SIZE = 108;
const encoder = new TextEncoder();

/** The path or abstract name in an address; "" when it has none. Throws EINVAL for another family or a name too long. */
export function nameIn(address: SocketAddress): string {
  if (!("path" in address) || (address.family ?? AF_UNIX) !== AF_UNIX) throw EINVAL;
  const { path } = address;
  // A path is passed with the NUL that ends it; an abstract name has none.
  const end = path === "" || path.startsWith("\0") ? 0 : 1;
  if (encoder.encode(path).length + end > PATH_SIZE) throw EINVAL;
  return path;
}

/** An address as getsockname(2) gives it. */
export function unixAddress(name: string | null): UnixAddress {
  return { family: AF_UNIX, path: name ?? "" };
}

/** A socket's name in a directory. It can't be opened; it is only there to be connected to. */
class BoundName implements SocketNode {
  readonly kind = "socket-name";
  readonly name: string;
  private links = 1;
  /** null once the socket is gone. */
  socket: UnixSocket | null;

  constructor(
    private readonly kernel: Kernel,
    private readonly number: number,
    socket: UnixSocket,
  ) {
    this.name = `inode ${number}`;
    this.socket = socket;
  }

  stat(): Stat {
    return { ino: this.number, mode: S_IFSOCK | 0o755, nlink: this.links, size: 0 };
  }

  unlink(links: number): void {
    this.links = links;
    this.kernel.emitIfTraced({ type: "inode.links", object: this.name, nlink: links });
    if (links === 0) this.kernel.emitIfTraced({ type: "inode.free", object: this.name });
  }
}

export class UnixNames {
  /** By type and name: a stream and a datagram socket may have the same. */
  private readonly abstract = new Map<string, UnixSocket>();
  private readonly nodes = new Map<UnixSocket, BoundName>();
  private lastAutomatic = 0;

  constructor(private readonly kernel: Kernel) {}

  /** Whom a name leads to. Throws ECONNREFUSED when nobody has it, EPROTOTYPE for a socket of another type, and what a path can throw. */
  find(name: string, type: number): UnixSocket {
    if (name === "") throw EINVAL;
    if (name.startsWith("\0")) {
      const socket = this.abstract.get(type + name);
      if (socket === undefined) throw ECONNREFUSED;
      return socket;
    }
    const node = this.kernel.fileSystem.lookUp(name);
    const socket = node instanceof BoundName ? node.socket : null;
    if (socket === null) throw ECONNREFUSED;
    if (socket.type !== type) throw EPROTOTYPE;
    return socket;
  }

  /** Gives a socket its name. Throws EADDRINUSE, EINVAL when it has one already, and what a path can throw. */
  bind(socket: UnixSocket, name: string): void {
    if (name === "") {
      if (socket.boundName === null) this.bindAutomatically(socket);
    } else if (name.startsWith("\0")) {
      if (socket.boundName !== null) throw EINVAL;
      if (this.abstract.has(socket.type + name)) throw EADDRINUSE;
      this.abstract.set(socket.type + name, socket);
      socket.named(name);
    } else {
      this.bindPath(socket, name);
    }
  }

  /** The socket is gone; a path stays behind. */
  release(socket: UnixSocket): void {
    // What accept returned bears its listener's name, but the name leads to the listener.
    const key = socket.type + (socket.boundName ?? "");
    if (this.abstract.get(key) === socket) this.abstract.delete(key);
    const node = this.nodes.get(socket);
    if (node !== undefined) node.socket = null;
    this.nodes.delete(socket);
  }

  private bindPath(socket: UnixSocket, path: string): void {
    const { fileSystem } = this.kernel;
    if (exists(() => fileSystem.lookUp(path))) throw EADDRINUSE;
    if (path.endsWith("/")) throw ENOENT;
    fileSystem.lookUp(path.slice(0, path.lastIndexOf("/") + 1) || ".");
    // Linux makes the node first and takes it away again; what shows is the order of the errors.
    if (socket.boundName !== null) throw EINVAL;
    const node = new BoundName(this.kernel, fileSystem.nextNumber(), socket);
    fileSystem.link(path, node);
    this.kernel.emitIfTraced({ type: "inode.create", object: node.name, directory: false, path });
    this.nodes.set(socket, node);
    socket.named(path);
  }

  /** A free abstract name of five hexadecimal digits. Linux begins at random. */
  private bindAutomatically(socket: UnixSocket): void {
    for (;;) {
      this.lastAutomatic = (this.lastAutomatic + 1) & 0xfffff;
      const name = `\0${this.lastAutomatic.toString(16).padStart(5, "0")}`;
      if (this.abstract.has(socket.type + name)) continue;
      this.abstract.set(socket.type + name, socket);
      socket.named(name);
      return;
    }
  }
}

/** Does the path lead to something? Throws whatever is wrong with it but ENOENT at its last name. */
function exists(lookUp: () => unknown): boolean {
  try {
    lookUp();
    return true;
  } catch (error) {
    if (error instanceof Errno && error === ENOENT) return false;
    throw error;
  }
}
