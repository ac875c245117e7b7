/**
 * An HTTP server: one process waits for connections, and each connection gets a process or a thread of its own.
 *
 * With "fork", the child has copies of the descriptors: the parent must close the connection, and the child the listener, or they
 * would stay open when the other is done. With "thread", there is one table of descriptors, and who closes what is a matter of agreement.
 *
 * **Not modelled:** a limit on how many are served at a time; an end to connections on which nothing happens.
 *
 * Source: Stevens, UNIX Network Programming, 4.8 and 26.4; accept(2).
 */
import {
  AF_INET,
  isSystemError,
  type ProgramFunction,
  type Request,
  SO_REUSEADDR,
  SOCK_STREAM,
  SOL_SOCKET,
  type Sys,
  WNOHANG,
} from "../../sys";
import { type ConnectionLimits, type HttpHandler, serveConnection } from "./serve-connection";

/** Where a server listens, how it serves, and for how long. */
export interface HttpServerOptions extends ConnectionLimits {
  /** Where it listens. Default 0.0.0.0, port 80. */
  address?: string;
  /** Default 80. */
  port?: number;
  /** What serves a connection: a process of its own (the default), or a thread. */
  each?: "fork" | "thread";
  /** After so many connections it ends, once all are served. Default: never. */
  connections?: number;
}

/** A program that listens and lets `handler` answer. */
export function httpServer(handler: HttpHandler, options: HttpServerOptions = {}): ProgramFunction<void> {
  return function* httpServerProgram(sys) {
    const listener = yield* sys.socket(AF_INET, SOCK_STREAM);
    // Otherwise a server that is started again must wait until the connections of the one before have left TIME_WAIT.
    yield* sys.setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, 1);
    yield* sys.bind(listener, { address: options.address ?? "0.0.0.0", port: options.port ?? 80 });
    yield* sys.listen(listener, 128);
    yield* serveHttp(sys, listener, handler, options);
    yield* sys.close(listener);
  };
}

/** Serves the connections of a listening socket. */
export function* serveHttp(
  sys: Sys,
  listener: number,
  handler: HttpHandler,
  options: HttpServerOptions = {},
): Generator<Request, void, unknown> {
  const { each = "fork", connections = Number.POSITIVE_INFINITY } = options;
  const started: number[] = [];
  for (let i = 0; i < connections; i++) {
    const connection = yield* nextConnection(sys, listener);
    if (each === "thread") {
      started.push(
        yield* sys.pthread_create(function* serveInThread(sys) {
          yield* serveConnection(sys, connection, handler, options);
          yield* sys.close(connection);
        }),
      );
      continue;
    }
    started.push(
      yield* sys.fork(function* serveInChild(sys) {
        yield* sys.close(listener);
        yield* serveConnection(sys, connection, handler, options);
        yield* sys.close(connection);
      }),
    );
    yield* sys.close(connection);
    yield* bury(sys, started);
  }
  for (const id of started) {
    if (each === "thread") yield* sys.pthread_join(id);
    else yield* sys.waitpid(id, 0);
  }
}

/** A connection that its client gave up before accept(2) got it is none to end the server for. */
function* nextConnection(sys: Sys, listener: number): Generator<Request, number, unknown> {
  for (;;) {
    try {
      return yield* sys.accept(listener);
    } catch (error) {
      if (!isSystemError(error, "ECONNABORTED") && !isSystemError(error, "EINTR")) throw error;
    }
  }
}

/** Takes the status of the children that have ended, so that no zombies pile up, and forgets them. */
function* bury(sys: Sys, children: number[]): Generator<Request, void, unknown> {
  while (children.length > 0) {
    const { pid } = yield* sys.waitpid(-1, WNOHANG);
    if (pid === 0) return;
    children.splice(children.indexOf(pid), 1);
  }
}
