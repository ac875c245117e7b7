/**
 * Programs of several processes over TCP, UDP, Unix sockets and pipes, such as chapters to come will have: where processes race,
 * several traces are right. What may differ between two of them is what the rules of `sideBySide` say.
 */
import {
  AF_INET,
  AF_UNIX,
  bytes,
  EPOLL_CTL_ADD,
  EPOLLOUT,
  F_SETFL,
  isSystemError,
  O_NONBLOCK,
  POLLIN,
  SO_ERROR,
  SO_LINGER,
  SOCK_DGRAM,
  SOCK_NONBLOCK,
  SOCK_STREAM,
  SOL_SOCKET,
  text,
} from "../../lib/sys";
import type { SoakProgram } from "./chapter-programs";
import {
  asker,
  askers,
  at,
  connected,
  echo,
  epollServer,
  listener,
  nameAsker,
  nameServer,
  pollServer,
  readAll,
  writeAll,
} from "./parts";

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
