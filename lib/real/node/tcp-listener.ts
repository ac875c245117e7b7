/**
 * A listening socket: Node's `net.Server`.
 *
 * | system call               | the line of a Node program                        |
 * | ------------------------- | ------------------------------------------------- |
 * | socket, bind, listen      | `server.listen({ host, port, backlog })`, all three |
 * | accept                    | the event "connection"                            |
 * | close                     | `server.close()`                                  |
 *
 * Node accepts every connection at once, so the accept queue is the array below, not the kernel's: `backlog` is handed over,
 * but a program will never see it full. Node also sets SO_REUSEADDR by itself, except on Windows.
 */
import * as net from "node:net";
import { EAGAIN, type Errno } from "../../sys";
import type { Endpoint } from "./endpoint";
import { nodeLimits } from "./limits";
import type { Closable, Machine } from "./machine";
import { errnoOf } from "./node-errors";
import { TcpConnection } from "./tcp-connection";
import type { WaitQueue } from "./wait-queue";

export class TcpListener implements Closable {
  private readonly server = new net.Server({ allowHalfOpen: true });
  private readonly accepted: TcpConnection[] = [];
  private readonly gone: Promise<void>;
  /** "starting" until Node tells how listen went. */
  state: "starting" | "listening" | Errno = "starting";

  constructor(machine: Machine, where: net.ListenOptions, watcher: WaitQueue) {
    machine.note(nodeLimits.backlog.note);
    machine.closables.add(this);
    this.gone = new Promise((resolve) => {
      this.server.once("close", () => {
        machine.closables.delete(this);
        resolve();
      });
    });
    this.server.on("connection", (socket) => {
      this.accepted.push(new TcpConnection(machine, socket));
      watcher.wakeAll();
    });
    this.server.on("listening", () => {
      this.state = "listening";
      watcher.wakeAll();
    });
    this.server.on("error", (error) => {
      this.state = errnoOf(error);
      this.server.emit("close"); // a server that never listened says no "close" of its own
      watcher.wakeAll();
    });
    this.server.listen(where);
  }

  get waiting(): number {
    return this.accepted.length;
  }

  accept(): TcpConnection {
    const connection = this.accepted.shift();
    if (!connection) throw EAGAIN;
    return connection;
  }

  /** The address with the port that the system chose, if it was asked to choose. */
  address(bound: Endpoint): Endpoint {
    const address = this.server.address();
    if (typeof address !== "object" || !address || !("address" in bound)) return bound;
    return { ...bound, address: address.address, port: address.port };
  }

  /** Connections that nobody accepted are reset, as Linux does. */
  release(): void {
    for (const connection of this.accepted.splice(0)) connection.release(true);
    this.server.close();
  }

  close(): Promise<void> {
    this.release();
    return this.gone;
  }
}
