import {
  BufferedReader,
  bytes,
  getaddrinfo,
  httpGet,
  httpServer,
  nameServer,
  type ProgramFunction,
  readExactly,
  runModel,
  type Sys,
  text,
  UnexpectedEnd,
  World,
} from "fd3";
import { describe, expect, it } from "vitest";
import { linux } from "../../lib/real/linux";

/** alice asks bob, who answers for names and serves a page; both are hosts on one wire. */
function onTwoHosts(program: ProgramFunction) {
  const world = new World({ seed: 1 });
  const alice = world.host("alice", {
    address: "10.0.0.1/24",
    files: {
      "/etc/resolv.conf": "nameserver 10.0.0.2\noptions timeout:1 attempts:2\n",
      "/etc/hosts": "127.0.0.1 localhost\n10.0.0.9 printer\n",
    },
  });
  const bob = world.host("bob", { address: "10.0.0.2/24" });
  world.link(alice, bob);
  const records = { "www.example.com": "web.example.com", "web.example.com": ["10.0.0.2"] };
  bob.spawn(nameServer(records), "name server");
  bob.spawn(
    httpServer(function* hello(_sys, { method, target }) {
      return { body: `${method} ${target}: hello` };
    }),
    "web server",
  );
  const process = alice.spawn(program, "client");
  world.run(60e9);
  if (process.error !== undefined) throw process.error;
  return process.result;
}

describe("between two hosts", () => {
  it("a name is looked up in DNS, through an alias, and a page is fetched from there", () => {
    const page = onTwoHosts(function* client(sys: Sys) {
      const { status, body } = yield* httpGet(sys, "http://www.example.com/index.html");
      return [status, text(body)];
    });
    expect(page).toEqual([200, "GET /index.html: hello"]);
  });

  it("/etc/hosts comes before DNS, and a name that nobody knows is EAI_NONAME", () => {
    const outcome = onTwoHosts(function* client(sys: Sys) {
      const [printer] = yield* getaddrinfo(sys, "printer", { port: 631 });
      try {
        yield* getaddrinfo(sys, "nowhere.example.com");
      } catch (error) {
        return [printer.address, (error as { code: string }).code];
      }
      return null;
    });
    expect(outcome).toMatchObject([{ address: "10.0.0.9", port: 631 }, "EAI_NONAME"]);
  });
});

it("a server that doesn't answer is asked again, then it is EAI_AGAIN", () => {
  const run = runModel(
    function* client(sys: Sys) {
      yield* getaddrinfo(sys, "www.example.com");
    },
    { files: { "/etc/resolv.conf": "nameserver 127.0.0.1\noptions timeout:1 attempts:2\n", "/etc/hosts": "" } },
  );
  expect(run.processes[0].error).toMatchObject({ code: "EAI_AGAIN" });
});

function* lines(sys: Sys) {
  const [r, w] = yield* sys.pipe();
  yield* sys.write(w, bytes("one\r\ntwo\nthr"));
  yield* sys.write(w, bytes("ee\nrest"));
  yield* sys.close(w);
  const reader = new BufferedReader(r);
  const all: (string | null)[] = [];
  for (;;) {
    const line = yield* reader.readLine(sys);
    all.push(line);
    if (line === null) return all;
  }
}

describe("reading lines", () => {
  it("puts together what came in pieces, with either end of line, on the model", () => {
    expect(runModel(lines).processes[0].result).toEqual(["one", "two", "three", "rest", null]);
  });

  it.skipIf(linux.unavailable() !== null)("and on the real machine", async () => {
    expect((await linux.run(lines)).processes[0].result).toEqual(["one", "two", "three", "rest", null]);
  });
});

it("readExactly says what was missing when the stream ends too early", () => {
  const run = runModel(function* main(sys: Sys) {
    const [r, w] = yield* sys.pipe();
    yield* sys.write(w, bytes("abc"));
    yield* sys.close(w);
    return yield* readExactly(sys, r, 5);
  });
  expect(run.processes[0].error).toBeInstanceOf(UnexpectedEnd);
});
