/** HTTP over the system calls: one program that is server and client, on the model and on the real machine. */
import { describe, expect, it } from "vitest";
import { linux } from "../../lib/real/linux";
import {
  AF_INET,
  bytes,
  type InetAddress,
  type Kernel,
  type ProgramFunction,
  SOCK_STREAM,
  type Sys,
  text,
} from "../../lib/sys";
import {
  BufferedReader,
  HttpConnection,
  type HttpHandler,
  type HttpServerOptions,
  httpGet,
  sendAll,
  serveHttp,
} from "../../lib/user";
import { model } from "../../lib/world";

function* handler(_sys: Sys, { method, target, body }: Parameters<HttpHandler>[1]) {
  if (target === "/chunks") return { body: ["one ", "", "two"] };
  if (target === "/none") return { status: 204 };
  if (target === "/broken") throw new Error("a bug");
  return { headers: { "X-Method": method }, body: `${target} ${text(body)}` };
}

/** A server for so many connections in a process of its own; its port. */
function* started(sys: Sys, options: HttpServerOptions) {
  const listener = yield* sys.socket(AF_INET, SOCK_STREAM);
  yield* sys.bind(listener, { address: "127.0.0.1", port: 0 });
  yield* sys.listen(listener, 5);
  const { port } = (yield* sys.getsockname(listener)) as InetAddress;
  const pid = yield* sys.fork(function* server(sys) {
    yield* serveHttp(sys, listener, handler, { connections: 1, ...options });
  });
  yield* sys.close(listener);
  return { port, pid };
}

function* connected(sys: Sys, port: number) {
  const fd = yield* sys.socket(AF_INET, SOCK_STREAM);
  yield* sys.connect(fd, { address: "127.0.0.1", port });
  return fd;
}

/** Sends these bytes to a server and returns all that it answers until it closes. */
const exchange = (request: string, options: HttpServerOptions = {}): ProgramFunction<string> =>
  function* client(sys) {
    const { port, pid } = yield* started(sys, options);
    const fd = yield* connected(sys, port);
    yield* sendAll(sys, fd, bytes(request));
    const reader = new BufferedReader(fd);
    let answer = "";
    for (let part = yield* reader.readSome(sys, 1000); part.length > 0; part = yield* reader.readSome(sys, 1000))
      answer += text(part);
    yield* sys.close(fd);
    yield* sys.waitpid(pid, 0);
    return answer;
  };

async function resultOn<Result>(kernel: Kernel, program: ProgramFunction<Result>): Promise<Result> {
  const run = await kernel.run(program, { timeout: 20_000 });
  for (const { error } of run.processes) if (error !== undefined) throw error;
  expect(run.deadlock).toEqual([]);
  return run.processes[0].result as Result;
}

const reason = linux.unavailable();

for (const kernel of [model, linux] as Kernel[]) {
  describe.skipIf(kernel === linux && reason !== null)(
    `HTTP on ${kernel.name}${kernel === linux && reason ? ` (${reason})` : ""}`,
    () => {
      for (const each of ["fork", "thread"] as const) {
        it(`several requests share a connection, served by a ${each}; bodies with a length and in chunks`, async () => {
          const answers = await resultOn(kernel, function* client(sys) {
            const { port, pid } = yield* started(sys, { each });
            const connection = new HttpConnection(yield* connected(sys, port), "localhost");
            const seen: unknown[] = [];
            for (const request of [
              { target: "/first" },
              { method: "POST", target: "/second", body: "hello" },
              { method: "POST", target: "/third", body: ["in ", "pieces"] },
              { target: "/chunks" },
              { target: "/none" },
              { method: "HEAD", target: "/head" },
              { target: "/broken" },
            ]) {
              const { status, body, keepAlive } = yield* connection.request(sys, request);
              seen.push(`${status} ${text(body)}${keepAlive ? "" : " (the last)"}`);
            }
            yield* connection.close(sys);
            yield* sys.waitpid(pid, 0);
            return seen;
          });
          expect(answers).toEqual([
            "200 /first ",
            "200 /second hello",
            "200 /third in pieces",
            "200 one two",
            "204 ",
            "200 ",
            "500 the handler failed\n",
          ]);
        });
      }

      it("httpGet asks for the connection to be closed, by address and port", async () => {
        const page = await resultOn(kernel, function* client(sys) {
          const { port, pid } = yield* started(sys, {});
          const { status, headers, keepAlive } = yield* httpGet(sys, `http://127.0.0.1:${port}/?q=1#part`);
          yield* sys.waitpid(pid, 0);
          return [status, headers["content-length"], keepAlive];
        });
        expect(page).toEqual([200, String("/?q=1 ".length), false]);
      });

      it("nonsense is answered with 400 and the connection ends", async () => {
        const answer = await resultOn(kernel, exchange("good morning\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"));
        expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
        expect(answer.match(/HTTP\/1\.1/g)).toHaveLength(1);
      });
    },
  );
}

describe("what a server refuses", () => {
  const host = "Host: a\r\n";
  const cases: Array<[string, string, number]> = [
    ["no Host in HTTP/1.1", "GET / HTTP/1.1\r\n\r\n", 400],
    ["two Hosts", `GET / HTTP/1.1\r\n${host}${host}\r\n`, 400],
    ["a blank before the colon", `GET / HTTP/1.1\r\n${host}A : b\r\n\r\n`, 400],
    ["a folded field", `GET / HTTP/1.1\r\n${host} folded: x\r\n\r\n`, 400],
    ["two different lengths", `POST / HTTP/1.1\r\n${host}Content-Length: 1\r\nContent-Length: 2\r\n\r\nab`, 400],
    ["a length that is no number", `POST / HTTP/1.1\r\n${host}Content-Length: -1\r\n\r\n`, 400],
    ["a length and chunks", `POST / HTTP/1.1\r\n${host}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n`, 400],
    ["a chunk without a length", `POST / HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\nxyz\r\n`, 400],
    [
      "a chunk that is longer than it says",
      `POST / HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\n1\r\nab\r\n`,
      400,
    ],
    ["an unknown coding", `POST / HTTP/1.1\r\n${host}Transfer-Encoding: gzip\r\n\r\n`, 501],
    ["a body beyond the limit", `POST / HTTP/1.1\r\n${host}Content-Length: 11\r\n\r\n`, 413],
    ["chunks beyond the limit", `POST / HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\nb\r\n`, 413],
    ["a request line without end", `GET /${"a".repeat(9000)}`, 414],
    ["header fields without end", `GET / HTTP/1.1\r\n${host}A: ${"a".repeat(17_000)}`, 431],
    ["too many header fields", `GET / HTTP/1.1\r\n${host}${"A: b\r\n".repeat(100)}\r\n`, 431],
    ["another version", `GET / HTTP/2.0\r\n${host}\r\n`, 505],
  ];
  for (const [what, request, status] of cases) {
    it(`${what}: ${status}`, async () => {
      expect(await resultOn(model, exchange(request, { maxBody: 10 }))).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    });
  }

  it("two equal lengths are one, and HTTP/1.0 gets no chunks and closes", async () => {
    const equal = `POST /a HTTP/1.0\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx`;
    expect(await resultOn(model, exchange(equal))).toMatch(
      /^HTTP\/1\.1 200 OK\r\n[\s\S]*Connection: close\r\n\r\n\/a x$/,
    );
    const chunks = await resultOn(model, exchange("GET /chunks HTTP/1.0\r\n\r\n"));
    expect(chunks).toMatch(/Content-Length: 7\r\n[\s\S]*\r\n\r\none two$/);
  });

  it("a client that goes away in the middle of a request gets no answer", async () => {
    const answer = await resultOn(model, function* client(sys) {
      const { port, pid } = yield* started(sys, {});
      const fd = yield* connected(sys, port);
      yield* sendAll(sys, fd, bytes("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab"));
      yield* sys.shutdown(fd, 1);
      const answer = text(yield* sys.read(fd, 100));
      yield* sys.close(fd);
      yield* sys.waitpid(pid, 0);
      return answer;
    });
    expect(answer).toBe("");
  });
});
