/**
 * Where agents call in: one abstract Unix-domain socket for the whole life of the notebook's process.
 *
 * An abstract name leaves nothing in the file system. Any user of this machine could connect to it, so a caller must first
 * say the token that only its parent and itself know.
 */
import { randomBytes } from "node:crypto";
import { createServer, type Server, type Socket } from "node:net";
import type { Hello } from "../protocol";
import { Connection } from "./connection";

export interface Caller {
  readonly hello: Hello;
  readonly connection: Connection;
}

/** Node 20 fills an abstract name up with NULs, later versions don't. A name that leaves no room is the same in both. */
const WHOLE_NAME = 107;

class Hub {
  readonly name = `fd3-${process.pid}-${randomBytes(6).toString("hex")}-`.padEnd(WHOLE_NAME, "=");
  readonly token = randomBytes(16).toString("hex");
  private server: Promise<Server> | null = null;
  private readonly expected = new Map<string, (caller: Caller) => void>();
  private readonly early = new Map<string, Caller>();

  /** Resolves once the hub can be called. */
  listen(): Promise<Server> {
    this.server ??= new Promise((resolve, reject) => {
      const server = createServer((socket) => this.greet(socket));
      server.once("error", reject);
      server.listen(`\0${this.name}`, () => resolve(server));
      server.unref();
    });
    return this.server;
  }

  /** The line of this thread, which has called already or will. */
  callFrom(pid: number, tid: number): Promise<Caller> {
    const key = `${pid}/${tid}`;
    const caller = this.early.get(key);
    if (caller !== undefined) {
      this.early.delete(key);
      return Promise.resolve(caller);
    }
    return new Promise((resolve) => this.expected.set(key, resolve));
  }

  /** It won't call any more. */
  forget(pid: number, tid: number): void {
    this.expected.delete(`${pid}/${tid}`);
    this.early.delete(`${pid}/${tid}`);
  }

  private greet(socket: Socket): void {
    new Connection(socket, (hello, connection) => {
      if (hello.token !== this.token) {
        connection.close();
        return;
      }
      const key = `${hello.pid}/${hello.tid}`;
      const resolve = this.expected.get(key);
      this.expected.delete(key);
      if (resolve !== undefined) resolve({ hello, connection });
      else this.early.set(key, { hello, connection });
    });
  }
}

export const hub = new Hub();
