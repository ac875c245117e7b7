/** What the soak's programs are made of: listeners, clients, servers of many clients. */
import {
  AF_INET,
  bytes,
  concat,
  EPOLL_CTL_ADD,
  EPOLL_CTL_DEL,
  EPOLLIN,
  INADDR_LOOPBACK,
  isSystemError,
  POLLIN,
  type Program,
  type ProgramFunction,
  SHUT_WR,
  SO_REUSEADDR,
  SOCK_DGRAM,
  SOCK_NONBLOCK,
  SOCK_STREAM,
  SOL_SOCKET,
  type Sys,
  text,
} from "../../lib/sys";

export const at = (port: number) => ({ address: INADDR_LOOPBACK, port });

export function* listener(sys: Sys, port: number, backlog = 16, flags = 0): Program<number> {
  const fd = yield* sys.socket(AF_INET, SOCK_STREAM | flags);
  yield* sys.setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, 1);
  yield* sys.bind(fd, at(port));
  yield* sys.listen(fd, backlog);
  return fd;
}

/** A connection to a server that may not have begun to listen yet. */
export function* connected(sys: Sys, port: number): Program<number> {
  for (;;) {
    const fd = yield* sys.socket(AF_INET, SOCK_STREAM);
    try {
      yield* sys.connect(fd, at(port));
      return fd;
    } catch (error) {
      if (!isSystemError(error, "ECONNREFUSED")) throw error;
      yield* sys.close(fd);
      yield* sys.nanosleep({ tv_sec: 0, tv_nsec: 2_000_000 });
    }
  }
}

export function* writeAll(sys: Sys, fd: number, data: Uint8Array): Program<void> {
  for (let done = 0; done < data.length; ) done += yield* sys.write(fd, data.subarray(done));
}

/** Everything up to the end of file. */
export function* readAll(sys: Sys, fd: number, size = 4096): Program<Uint8Array> {
  const parts: Uint8Array[] = [];
  for (;;) {
    const part = yield* sys.read(fd, size);
    if (part.length === 0) return concat(parts);
    parts.push(part);
  }
}

export function* echo(sys: Sys, fd: number): Program<void> {
  for (;;) {
    const data = yield* sys.read(fd, 1024);
    if (data.length === 0) break;
    yield* writeAll(sys, fd, data);
  }
  yield* sys.close(fd);
}

/** Asks once and returns the answer. */
export const asker = (port: number, words: string): ProgramFunction<string> =>
  function* client(sys) {
    const fd = yield* connected(sys, port);
    yield* sys.write(fd, bytes(words));
    yield* sys.shutdown(fd, SHUT_WR);
    const answer = text(yield* readAll(sys, fd));
    yield* sys.close(fd);
    return answer;
  };

export const askers = (port: number, count: number): Record<string, ProgramFunction> =>
  Object.fromEntries(
    Array.from({ length: count }, (_, i) => [`client ${i + 1}`, asker(port, `question ${i + 1}`.repeat(i + 1))]),
  );

export function epollServer(port: number, clients: number): ProgramFunction {
  return function* server(sys) {
    const listening = yield* listener(sys, port, 16, SOCK_NONBLOCK);
    const epfd = yield* sys.epoll_create1(0);
    yield* sys.epoll_ctl(epfd, EPOLL_CTL_ADD, listening, { events: EPOLLIN, data: listening });
    for (let gone = 0; gone < clients; ) {
      for (const { data: fd } of yield* sys.epoll_wait(epfd, 8, -1)) {
        if (fd === listening) {
          const peer = yield* sys.accept(listening);
          yield* sys.epoll_ctl(epfd, EPOLL_CTL_ADD, peer, { events: EPOLLIN, data: peer });
          continue;
        }
        const data = yield* sys.read(fd, 1024);
        if (data.length > 0) yield* writeAll(sys, fd, data);
        else {
          yield* sys.epoll_ctl(epfd, EPOLL_CTL_DEL, fd);
          yield* sys.close(fd);
          gone++;
        }
      }
    }
  };
}

export function pollServer(port: number, clients: number): ProgramFunction {
  return function* server(sys) {
    const listening = yield* listener(sys, port);
    const open = [listening];
    for (let gone = 0; gone < clients; ) {
      const fds = open.map((fd) => ({ fd, events: POLLIN }));
      yield* sys.poll(fds, -1);
      for (const { fd, revents = 0 } of fds as { fd: number; revents?: number }[]) {
        if (revents === 0) continue;
        if (fd === listening) {
          open.push(yield* sys.accept(listening));
          continue;
        }
        const data = yield* sys.read(fd, 1024);
        if (data.length > 0) yield* writeAll(sys, fd, data);
        else {
          open.splice(open.indexOf(fd), 1);
          yield* sys.close(fd);
          gone++;
        }
      }
    }
  };
}

export const nameServer: ProgramFunction = function* server(sys) {
  const fd = yield* sys.socket(AF_INET, SOCK_DGRAM);
  yield* sys.bind(fd, at(7105));
  for (let i = 0; i < 2; i++) {
    const { data, address } = yield* sys.recvfrom(fd, 512, 0);
    yield* sys.sendto(fd, bytes(`${text(data)} is at home`), 0, address);
  }
};

export const nameAsker = (name: string): ProgramFunction<string> =>
  function* client(sys) {
    const fd = yield* sys.socket(AF_INET, SOCK_DGRAM);
    yield* sys.bind(fd, at(0));
    const wait = [{ fd, events: POLLIN }];
    for (;;) {
      // Whoever asks by UDP must be ready to ask again: the server may not be there yet.
      yield* sys.sendto(fd, bytes(name), 0, at(7105));
      if ((yield* sys.poll(wait, 2000)) > 0) return text((yield* sys.recvfrom(fd, 512, 0)).data);
    }
  };
