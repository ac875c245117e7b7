import { expect, it } from "vitest";
import {
  AF_INET,
  AF_UNIX,
  bytes,
  INADDR_ANY,
  INADDR_LOOPBACK,
  type InetAddress,
  isSystemError,
  MSG_NOSIGNAL,
  MSG_TRUNC,
  milliseconds,
  SHUT_WR,
  SO_LINGER,
  SO_RCVTIMEO,
  SO_REUSEADDR,
  SO_TYPE,
  SOCK_DGRAM,
  SOCK_STREAM,
  SOL_SOCKET,
  SOL_TCP,
  type Sys,
  TCP_INFO,
  text,
} from "../../../lib/sys";
import { onLinux, resultOf, runToEnd } from "./on-linux";

onLinux("sockets on real system calls", () => {
  it("echoes over TCP between two processes", async () => {
    let port = 0;
    const run = await runToEnd({
      *server(sys) {
        const listening = yield* sys.socket(AF_INET, SOCK_STREAM);
        yield* sys.setsockopt(listening, SOL_SOCKET, SO_REUSEADDR, 1);
        yield* sys.bind(listening, { address: INADDR_LOOPBACK, port: 0 });
        yield* sys.listen(listening, 8);
        port = ((yield* sys.getsockname(listening)) as InetAddress).port;
        const fd = yield* sys.accept(listening);
        for (;;) {
          const data = yield* sys.recv(fd, 100, 0);
          if (data.length === 0) return [listening, fd];
          yield* sys.send(fd, data, 0);
        }
      },
      *client(sys) {
        // On a busy machine the server may still be on its way to `listen`.
        while (port === 0) yield* sys.nanosleep(milliseconds(5));
        const fd = yield* sys.socket(AF_INET, SOCK_STREAM);
        yield* sys.connect(fd, { address: INADDR_LOOPBACK, port });
        yield* sys.write(fd, bytes("over the wire"));
        const info = (yield* sys.getsockopt(fd, SOL_TCP, TCP_INFO)) as Record<string, number>;
        const peer = (yield* sys.getpeername(fd)) as InetAddress;
        yield* sys.shutdown(fd, SHUT_WR);
        let got = "";
        for (;;) {
          const data = yield* sys.read(fd, 100);
          if (data.length === 0) break;
          got += text(data);
        }
        return [got, peer, info.tcpi_snd_mss > 1000];
      },
    });
    expect(run.processes[0].result).toEqual([3, 4]);
    expect(run.processes[1].result).toEqual([
      "over the wire",
      { family: AF_INET, address: INADDR_LOOPBACK, port },
      true,
    ]);
  });

  it("refuses a connection nobody listens for", async () => {
    const code = await resultOf(function* (sys) {
      const bound = yield* sys.socket(AF_INET, SOCK_STREAM);
      yield* sys.bind(bound, { address: INADDR_LOOPBACK, port: 0 });
      const fd = yield* sys.socket(AF_INET, SOCK_STREAM);
      try {
        yield* sys.connect(fd, yield* sys.getsockname(bound));
      } catch (error) {
        return isSystemError(error) ? error.code : error;
      }
      return "no error";
    });
    expect(code).toBe("ECONNREFUSED");
  });

  it("listens on the loopback only, and says so", async () => {
    const run = await runToEnd(function* (sys) {
      const one = yield* sys.socket(AF_INET, SOCK_STREAM);
      yield* sys.bind(one, { address: INADDR_ANY, port: 0 });
      yield* sys.listen(one, 1);
      const two = yield* sys.socket(AF_INET, SOCK_STREAM);
      yield* sys.listen(two, 1);
      const outcomes: unknown[] = [];
      for (const fd of [one, two]) {
        const { address, port } = (yield* sys.getsockname(fd)) as InetAddress;
        outcomes.push(address);
        // A socket at 0.0.0.0 would answer here, too.
        const other = yield* sys.socket(AF_INET, SOCK_STREAM);
        try {
          yield* sys.connect(other, { address: "127.0.0.2", port });
        } catch (error) {
          outcomes.push(isSystemError(error) ? error.code : error);
        }
        yield* sys.connect(other, { address: INADDR_LOOPBACK, port });
      }
      return outcomes;
    });
    expect(run.processes[0].result).toEqual([INADDR_ANY, "ECONNREFUSED", INADDR_ANY, "ECONNREFUSED"]);
    expect(run.notes).toHaveLength(2);
  });

  it("doesn't reach beyond this machine, and says so", async () => {
    const run = await runToEnd(function* (sys) {
      const fd = yield* sys.socket(AF_INET, SOCK_STREAM);
      try {
        yield* sys.connect(fd, { address: "192.0.2.1", port: 80 });
      } catch (error) {
        return isSystemError(error) ? error.code : error;
      }
      return "no error";
    });
    expect(run.processes[0].result).toBe("ENETUNREACH");
    expect(run.notes[0]).toContain("192.0.2.1");
  });

  it("sends datagrams that keep their bounds, and says when one was cut", async () => {
    const got = await resultOf(function* (sys) {
      const receiver = yield* sys.socket(AF_INET, SOCK_DGRAM);
      yield* sys.bind(receiver, { address: INADDR_LOOPBACK, port: 0 });
      const to = yield* sys.getsockname(receiver);
      const sender = yield* sys.socket(AF_INET, SOCK_DGRAM);
      yield* sys.bind(sender, { address: INADDR_LOOPBACK, port: 0 });
      yield* sys.sendto(sender, bytes("one"), 0, to);
      yield* sys.sendmsg(sender, { iov: [bytes("tw"), bytes("o")], name: to }, 0);
      const first = yield* sys.recvfrom(receiver, 100, 0);
      const second = yield* sys.recvmsg(receiver, [2], 0);
      const from = yield* sys.getsockname(sender);
      return [text(first.data), first.address, from, second.iov.map(text), second.name, second.flags & MSG_TRUNC];
    });
    expect(got[1]).toEqual(got[2]);
    expect(got[4]).toEqual(got[2]);
    expect([got[0], got[3], got[5]]).toEqual(["one", ["tw"], MSG_TRUNC]);
  });

  it("joins two ends of a socketpair, and fails with EPIPE quietly where MSG_NOSIGNAL asks for it", async () => {
    const got = await resultOf(function* (sys) {
      const [a, b] = yield* sys.socketpair(AF_UNIX, SOCK_STREAM);
      yield* sys.write(a, bytes("there"));
      yield* sys.write(b, bytes("and back"));
      const texts = [text(yield* sys.read(b, 10)), text(yield* sys.read(a, 10))];
      yield* sys.close(b);
      try {
        yield* sys.send(a, bytes("x"), MSG_NOSIGNAL);
      } catch (error) {
        return [...texts, isSystemError(error) ? error.code : error];
      }
      return "no error";
    });
    expect(got).toEqual(["there", "and back", "EPIPE"]);
  });

  it("knows Unix-domain names by path, relative or not, and abstract ones", async () => {
    const got = await resultOf(function* (sys) {
      const names: unknown[] = [];
      for (const path of ["/tmp/s", "tmp/t", "\0abstract"]) {
        const listening = yield* sys.socket(AF_UNIX, SOCK_STREAM);
        yield* sys.bind(listening, { path });
        yield* sys.listen(listening, 1);
        const fd = yield* sys.socket(AF_UNIX, SOCK_STREAM);
        yield* sys.connect(fd, { path });
        names.push(yield* sys.getsockname(listening), yield* sys.getpeername(fd), yield* sys.getsockname(fd));
      }
      return names;
    });
    const named = (path: string) => ({ family: AF_UNIX, path });
    const expected = ["/tmp/s", "tmp/t", "\0abstract"].flatMap((path) => [named(path), named(path), named("")]);
    expect(got).toEqual(expected);
  });

  it("knows options that are numbers, and those that are structures", async () => {
    const got = await resultOf(function* (sys) {
      const fd = yield* sys.socket(AF_INET, SOCK_STREAM);
      yield* sys.setsockopt(fd, SOL_SOCKET, SO_LINGER, { l_onoff: 1, l_linger: 3 });
      yield* sys.setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, { tv_sec: 2, tv_usec: 500_000 });
      return [
        yield* sys.getsockopt(fd, SOL_SOCKET, SO_TYPE),
        yield* sys.getsockopt(fd, SOL_SOCKET, SO_LINGER),
        yield* sys.getsockopt(fd, SOL_SOCKET, SO_RCVTIMEO),
      ];
    });
    expect(got).toEqual([SOCK_STREAM, { l_onoff: 1, l_linger: 3 }, { tv_sec: 2, tv_usec: 500_000 }]);
  });

  it("hands a connection to a child by fork", async () => {
    const got = await resultOf(function* (sys) {
      const [a, b] = yield* sys.socketpair(AF_UNIX, SOCK_STREAM);
      yield* sys.fork(function* child(sys: Sys) {
        yield* sys.close(a);
        yield* sys.write(b, yield* sys.read(b, 100));
      });
      yield* sys.close(b);
      yield* sys.write(a, bytes("ping"));
      const back = text(yield* sys.read(a, 100));
      return [back, (yield* sys.read(a, 100)).length];
    });
    expect(got).toEqual(["ping", 0]);
  });

  it("starts programs in turn: a client that connects only once finds its server listening", async () => {
    for (let i = 0; i < 10; i++) {
      const { processes } = await runToEnd({
        *server(sys) {
          const fd = yield* sys.socket(AF_INET, SOCK_STREAM);
          yield* sys.setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, 1);
          yield* sys.bind(fd, { address: INADDR_LOOPBACK, port: 7301 });
          yield* sys.listen(fd, 5);
          yield* sys.accept(fd);
        },
        *client(sys) {
          yield* sys.connect(yield* sys.socket(AF_INET, SOCK_STREAM), { address: INADDR_LOOPBACK, port: 7301 });
        },
      });
      expect(processes.map(({ status }) => status)).toEqual([0, 0]);
    }
  });
});
