/**
 * Programs of several processes over TCP, UDP, Unix sockets and pipes, such as chapters to come will have: where processes race,
 * several traces are right. What may differ between two of them is what the rules of `sideBySide` say.
 */
import {
  AF_INET,
  AF_UNIX,
  bytes,
  concat,
  EPOLL_CTL_ADD,
  EPOLL_CTL_DEL,
  EPOLLIN,
  EPOLLOUT,
  F_SETFL,
  INADDR_LOOPBACK,
  isSystemError,
  O_NONBLOCK,
  POLLIN,
  type Program,
  type ProgramFunction,
  SHUT_WR,
  SO_ERROR,
  SO_LINGER,
  SO_REUSEADDR,
  SOCK_DGRAM,
  SOCK_NONBLOCK,
  SOCK_STREAM,
  SOL_SOCKET,
  type Sys,
  text,
} from "../../lib/sys";
import type { SoakProgram } from "./chapter-programs";

const at = (port: number) => ({ address: INADDR_LOOPBACK, port });

function* listener(sys: Sys, port: number, backlog = 16, flags = 0): Program<number> {
  const fd = yield* sys.socket(AF_INET, SOCK_STREAM | flags);
  yield* sys.setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, 1);
  yield* sys.bind(fd, at(port));
  yield* sys.listen(fd, backlog);
  return fd;
}

/** A connection to a server that may not have begun to listen yet. */
function* connected(sys: Sys, port: number): Program<number> {
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

function* writeAll(sys: Sys, fd: number, data: Uint8Array): Program<void> {
  for (let done = 0; done < data.length; ) done += yield* sys.write(fd, data.subarray(done));
}

/** Everything up to the end of file. */
function* readAll(sys: Sys, fd: number, size = 4096): Program<Uint8Array> {
  const parts: Uint8Array[] = [];
  for (;;) {
    const part = yield* sys.read(fd, size);
    if (part.length === 0) return concat(parts);
    parts.push(part);
  }
}

function* echo(sys: Sys, fd: number): Program<void> {
  for (;;) {
    const data = yield* sys.read(fd, 1024);
    if (data.length === 0) break;
    yield* writeAll(sys, fd, data);
  }
  yield* sys.close(fd);
}

/** Asks once and returns the answer. */
const asker = (port: number, words: string): ProgramFunction<string> =>
  function* client(sys) {
    const fd = yield* connected(sys, port);
    yield* sys.write(fd, bytes(words));
    yield* sys.shutdown(fd, SHUT_WR);
    const answer = text(yield* readAll(sys, fd));
    yield* sys.close(fd);
    return answer;
  };

const askers = (port: number, count: number): Record<string, ProgramFunction> =>
  Object.fromEntries(
    Array.from({ length: count }, (_, i) => [`client ${i + 1}`, asker(port, `question ${i + 1}`.repeat(i + 1))]),
  );

function epollServer(port: number, clients: number): ProgramFunction {
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

function pollServer(port: number, clients: number): ProgramFunction {
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

const nameServer: ProgramFunction = function* server(sys) {
  const fd = yield* sys.socket(AF_INET, SOCK_DGRAM);
  yield* sys.bind(fd, at(7105));
  for (let i = 0; i < 2; i++) {
    const { data, address } = yield* sys.recvfrom(fd, 512, 0);
    yield* sys.sendto(fd, bytes(`${text(data)} is at home`), 0, address);
  }
};

const nameAsker = (name: string): ProgramFunction<string> =>
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

export const soakPrograms: readonly SoakProgram[] = [
  {
    name: "echo server and client",
    programs: {
      *server(sys) {
        const listening = yield* listener(sys, 7101);
        yield* echo(sys, yield* sys.accept(listening));
      },
      client: asker(7101, "hello, echo"),
    },
  },
  {
    name: "one after the other: a server and three clients",
    programs: {
      *server(sys) {
        const listening = yield* listener(sys, 7102);
        for (let i = 0; i < 3; i++) yield* echo(sys, yield* sys.accept(listening));
      },
      ...askers(7102, 3),
    },
  },
  { name: "epoll: a server and four clients", programs: { server: epollServer(7103, 4), ...askers(7103, 4) } },
  { name: "poll: a server and three clients", programs: { server: pollServer(7104, 3), ...askers(7104, 3) } },
  {
    name: "UDP: two who ask and one who answers",
    programs: { server: nameServer, first: nameAsker("alice"), second: nameAsker("bob") },
  },
  {
    name: "a process for each connection",
    programs: {
      *server(sys) {
        const listening = yield* listener(sys, 7106);
        for (let i = 0; i < 2; i++) {
          const peer = yield* sys.accept(listening);
          yield* sys.fork(function* child(sys) {
            yield* sys.close(listening);
            yield* echo(sys, peer);
          });
          yield* sys.close(peer);
        }
        for (let i = 0; i < 2; i++) yield* sys.waitpid(-1, 0);
      },
      ...askers(7106, 2),
    },
  },
  {
    name: "a thread for each connection",
    programs: {
      *server(sys) {
        const listening = yield* listener(sys, 7107);
        const threads: number[] = [];
        for (let i = 0; i < 2; i++) {
          const peer = yield* sys.accept(listening);
          threads.push(yield* sys.pthread_create((sys) => echo(sys, peer)));
        }
        for (const thread of threads) yield* sys.pthread_join(thread);
      },
      ...askers(7107, 2),
    },
  },
  {
    name: "two processes accept on one listening socket",
    programs: {
      *server(sys) {
        const listening = yield* listener(sys, 7108);
        for (let i = 0; i < 2; i++) {
          yield* sys.fork(function* worker(sys) {
            yield* echo(sys, yield* sys.accept(listening));
          });
        }
        for (let i = 0; i < 2; i++) yield* sys.waitpid(-1, 0);
      },
      ...askers(7108, 2),
    },
  },
  {
    name: "half-close: the answer comes after the end of the question",
    programs: {
      *server(sys) {
        const listening = yield* listener(sys, 7109);
        const peer = yield* sys.accept(listening);
        const question = yield* readAll(sys, peer);
        yield* sys.write(peer, bytes(`${question.length} bytes`));
        yield* sys.close(peer);
      },
      client: asker(7109, "how long is this?"),
    },
  },
  {
    name: "connection refused",
    *programs(sys) {
      const fd = yield* sys.socket(AF_INET, SOCK_STREAM);
      try {
        yield* sys.connect(fd, at(7110));
        return "connected";
      } catch (error) {
        return isSystemError(error) ? error.code : error;
      }
    },
  },
  {
    name: "connection refused, nonblocking",
    *programs(sys) {
      const fd = yield* sys.socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK);
      try {
        yield* sys.connect(fd, at(7110));
      } catch (error) {
        if (!isSystemError(error, "EINPROGRESS") && !isSystemError(error, "ECONNREFUSED")) throw error;
      }
      yield* sys.poll([{ fd, events: POLLIN }], 1000);
      return yield* sys.getsockopt(fd, SOL_SOCKET, SO_ERROR);
    },
  },
  {
    name: "UDP to a port where nobody is",
    *programs(sys) {
      const fd = yield* sys.socket(AF_INET, SOCK_DGRAM);
      yield* sys.connect(fd, at(7111));
      yield* sys.send(fd, bytes("anybody?"), 0);
      try {
        return yield* sys.recv(fd, 100, 0);
      } catch (error) {
        return isSystemError(error) ? error.code : error;
      }
    },
  },
  {
    name: "a port in use",
    *programs(sys) {
      yield* listener(sys, 7112);
      const second = yield* sys.socket(AF_INET, SOCK_STREAM);
      try {
        return yield* sys.bind(second, at(7112));
      } catch (error) {
        return isSystemError(error) ? error.code : error;
      }
    },
  },
  {
    name: "a connection reset by its peer",
    programs: {
      *server(sys) {
        const listening = yield* listener(sys, 7113);
        const peer = yield* sys.accept(listening);
        yield* sys.read(peer, 100);
        yield* sys.setsockopt(peer, SOL_SOCKET, SO_LINGER, { l_onoff: 1, l_linger: 0 });
        yield* sys.close(peer);
      },
      *client(sys) {
        const fd = yield* connected(sys, 7113);
        yield* sys.write(fd, bytes("go away"));
        try {
          return yield* sys.read(fd, 100);
        } catch (error) {
          return isSystemError(error) ? error.code : error;
        }
      },
    },
  },
  {
    name: "a million bytes, and a reader who takes little at a time",
    programs: {
      *server(sys) {
        const listening = yield* listener(sys, 7114);
        const peer = yield* sys.accept(listening);
        return (yield* readAll(sys, peer, 30_000)).length;
      },
      *client(sys) {
        const fd = yield* connected(sys, 7114);
        yield* writeAll(sys, fd, new Uint8Array(1_000_000).fill(7));
        yield* sys.close(fd);
      },
    },
  },
  {
    name: "a nonblocking writer that waits for room",
    programs: {
      *server(sys) {
        const listening = yield* listener(sys, 7115);
        const peer = yield* sys.accept(listening);
        return (yield* readAll(sys, peer, 65_536)).length;
      },
      *client(sys) {
        const fd = yield* connected(sys, 7115);
        yield* sys.fcntl(fd, F_SETFL, O_NONBLOCK);
        const epfd = yield* sys.epoll_create1(0);
        yield* sys.epoll_ctl(epfd, EPOLL_CTL_ADD, fd, { events: EPOLLOUT, data: fd });
        const data = new Uint8Array(8_000_000).fill(1);
        for (let done = 0; done < data.length; ) {
          try {
            done += yield* sys.write(fd, data.subarray(done, done + 1_000_000));
          } catch (error) {
            if (!isSystemError(error, "EAGAIN")) throw error;
            yield* sys.epoll_wait(epfd, 1, -1);
          }
        }
      },
    },
  },
  {
    name: "Unix datagrams keep their borders",
    notOnNode: true,
    programs: {
      *server(sys) {
        const fd = yield* sys.socket(AF_UNIX, SOCK_DGRAM);
        yield* sys.bind(fd, { path: "/tmp/box" });
        const letters: string[] = [];
        for (let i = 0; i < 2; i++) letters.push(text((yield* sys.recvfrom(fd, 100, 0)).data));
        return letters.join("|");
      },
      *client(sys) {
        const fd = yield* sys.socket(AF_UNIX, SOCK_DGRAM);
        for (const letter of ["one", "two"]) {
          for (let sent = false; !sent; ) {
            try {
              yield* sys.sendto(fd, bytes(letter), 0, { path: "/tmp/box" });
              sent = true;
            } catch (error) {
              if (!isSystemError(error, "ENOENT") && !isSystemError(error, "ECONNREFUSED")) throw error;
              yield* sys.nanosleep({ tv_sec: 0, tv_nsec: 2_000_000 });
            }
          }
        }
      },
    },
  },
  {
    name: "two writers and one pipe",
    *programs(sys) {
      const [r, w] = yield* sys.pipe();
      for (const word of ["ping ", "pong "]) {
        yield* sys.fork(function* writer(sys) {
          for (let i = 0; i < 3; i++) yield* sys.write(w, bytes(word));
        });
      }
      yield* sys.close(w);
      const all = yield* readAll(sys, r);
      for (let i = 0; i < 2; i++) yield* sys.waitpid(-1, 0);
      return all.length;
    },
  },
];
