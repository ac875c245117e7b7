/** DNS: messages as RFC 1035 writes them, and a resolver that believes only what it should. */
import { describe, expect, it } from "vitest";
import { linux } from "../../lib/real/linux";
import {
  AF_INET,
  bytes,
  type InetAddress,
  type Kernel,
  O_CREAT,
  O_WRONLY,
  type ProgramFunction,
  SOCK_DGRAM,
  type Sys,
} from "../../lib/sys";
import {
  DNS_A,
  DNS_CNAME,
  DNS_IN,
  DNS_SERVFAIL,
  type DnsMessage,
  decodeDns,
  encodeDns,
  getaddrinfo,
  serveNames,
  writeAll,
} from "../../lib/user";
import { model } from "../../lib/world";

const answerOf = (query: DnsMessage, address: string): DnsMessage => ({
  ...query,
  response: true,
  answers: [{ name: query.questions[0].name, type: DNS_A, class: DNS_IN, ttl: 60, data: address }],
});

const query: DnsMessage = {
  id: 0x1234,
  response: false,
  opcode: 0,
  authoritative: false,
  truncated: false,
  recursionDesired: true,
  recursionAvailable: false,
  rcode: 0,
  questions: [{ name: "example.com", type: DNS_A, class: DNS_IN }],
  answers: [],
};

describe("messages", () => {
  it("a query has the bytes of RFC 1035", () => {
    const hex = Buffer.from(encodeDns(query)).toString("hex");
    expect(hex).toBe(`1234010000010000000000000765${Buffer.from("xample").toString("hex")}03636f6d0000010001`);
  });

  it("a name that stood before becomes a pointer of two bytes, and comes back whole", () => {
    const alias = { name: "example.com", type: DNS_CNAME, class: DNS_IN, ttl: 5, data: "www.example.com" };
    const address = { name: "www.example.com", type: DNS_A, class: DNS_IN, ttl: 2 ** 31, data: "10.0.0.2" };
    const message = { ...query, response: true, answers: [alias, address] };
    const encoded = encodeDns(message);
    // Header and question; pointer, fixed part and "www" with a pointer; pointer, fixed part and address.
    expect(encoded.length).toBe(29 + (2 + 10 + 6) + (2 + 10 + 4));
    expect(decodeDns(encoded)).toEqual(message);
  });

  it("what doesn't fit into 512 bytes is left out, and TC says so", () => {
    const addresses = Array.from({ length: 50 }, (_, i) => `10.0.0.${i}`);
    const answers = addresses.map((data) => ({ name: "example.com", type: DNS_A, class: DNS_IN, ttl: 1, data }));
    const encoded = encodeDns({ ...query, response: true, answers });
    expect(encoded.length).toBeLessThanOrEqual(512);
    const decoded = decodeDns(encoded);
    expect([decoded.truncated, decoded.answers.length]).toEqual([true, Math.floor((512 - 29) / 16)]);
  });

  it("a pointer in a circle, a cut message and a label too long are refused", () => {
    const header = [0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0];
    expect(() => decodeDns(Uint8Array.from([...header, 0xc0, 12, 0, 1, 0, 1]))).toThrow("backwards");
    const whole = encodeDns(query);
    for (let length = 0; length < whole.length; length++) expect(() => decodeDns(whole.subarray(0, length))).toThrow();
    expect(() => encodeDns({ ...query, questions: [{ ...query.questions[0], name: "a".repeat(64) }] })).toThrow(
      "label",
    );
  });
});

/** Runs `server` as a process with a datagram socket of its own; resolv.conf names it. */
function* withServer(sys: Sys, server: (sys: Sys, fd: number) => ReturnType<ProgramFunction>, options = "") {
  const fd = yield* sys.socket(AF_INET, SOCK_DGRAM);
  yield* sys.bind(fd, { address: "127.0.0.1", port: 0 });
  const { port } = (yield* sys.getsockname(fd)) as InetAddress;
  const conf = yield* sys.open("/resolv.conf", O_CREAT | O_WRONLY, 0o644);
  yield* writeAll(sys, conf, bytes(`# ours\nnameserver 127.0.0.1#${port} # with a port\n${options}\n`));
  yield* sys.close(conf);
  const pid = yield* sys.fork(function* nameServer(sys) {
    yield* server(sys, fd);
  });
  yield* sys.close(fd);
  return pid;
}

/** What getaddrinfo makes of these names: addresses, or the error's code. */
const lookUps = (names: readonly string[], server: Parameters<typeof withServer>[1], options?: string) =>
  function* client(sys: Sys) {
    const pid = yield* withServer(sys, server, options);
    const found: string[] = [];
    for (const name of names) {
      try {
        const infos = yield* getaddrinfo(sys, name, { resolvConf: "/resolv.conf" });
        found.push(infos.map(({ address, canonicalName }) => `${canonicalName} ${address.address}`).join(", "));
      } catch (error) {
        found.push((error as { code: string }).code);
      }
    }
    yield* sys.waitpid(pid, 0);
    return found;
  };

async function resultOn(kernel: Kernel, program: ProgramFunction) {
  const run = await kernel.run(program, { timeout: 20_000 });
  for (const { error } of run.processes) if (error !== undefined) throw error;
  expect(run.deadlock).toEqual([]);
  return run.processes[0].result;
}

const reason = linux.unavailable();

for (const kernel of [model, linux] as Kernel[]) {
  describe.skipIf(kernel === linux && reason !== null)(`the resolver on ${kernel.name}`, () => {
    it("finds addresses, follows aliases, and knows the two kinds of nothing", async () => {
      const records = {
        "two.test": ["10.0.0.1", "10.0.0.2"],
        "alias.test": "Other.test.",
        "other.test": "two.test",
        "lost.test": "gone.test",
        "circle.test": "circle.test",
        "empty.test": [],
      };
      const names = ["two.test", "ALIAS.test", "lost.test", "circle.test", "empty.test", "192.0.2.7", "localhost"];
      const found = await resultOn(
        kernel,
        lookUps(names, (sys, fd) => serveNames(sys, fd, records, 5)),
      );
      expect(found).toEqual([
        "two.test 10.0.0.1, two.test 10.0.0.2",
        "two.test 10.0.0.1, two.test 10.0.0.2",
        "EAI_NONAME",
        "EAI_FAIL",
        "EAI_NODATA",
        "192.0.2.7 192.0.2.7",
        "localhost 127.0.0.1",
      ]);
    });

    it("believes no stranger, no other id, no other question, no noise", async () => {
      function* liar(sys: Sys, fd: number) {
        const { data, address } = yield* sys.recvfrom(fd, 600, 0);
        const asked = decodeDns(data);
        const stranger = yield* sys.socket(AF_INET, SOCK_DGRAM);
        const lie = answerOf(asked, "6.6.6.6");
        yield* sys.sendto(stranger, encodeDns(lie), 0, address);
        yield* sys.sendto(fd, encodeDns({ ...lie, id: asked.id ^ 1 }), 0, address);
        const other = [{ ...asked.questions[0], name: "other.test" }];
        yield* sys.sendto(fd, encodeDns({ ...lie, questions: other }), 0, address);
        yield* sys.sendto(fd, encodeDns({ ...lie, response: false }), 0, address);
        yield* sys.sendto(fd, bytes("noise"), 0, address);
        yield* sys.sendto(fd, encodeDns(answerOf(asked, "10.0.0.1")), 0, address);
      }
      expect(await resultOn(kernel, lookUps(["a.test"], liar))).toEqual(["a.test 10.0.0.1"]);
    });

    it("asks again when an answer is lost, and when a server fails", async () => {
      function* unsteady(sys: Sys, fd: number) {
        yield* sys.recvfrom(fd, 600, 0);
        const { data, address } = yield* sys.recvfrom(fd, 600, 0);
        yield* sys.sendto(fd, encodeDns({ ...decodeDns(data), response: true, rcode: DNS_SERVFAIL }), 0, address);
        const last = yield* sys.recvfrom(fd, 600, 0);
        yield* sys.sendto(fd, encodeDns(answerOf(decodeDns(last.data), "10.0.0.3")), 0, last.address);
      }
      const found = await resultOn(kernel, lookUps(["a.test"], unsteady, "options timeout:1 attempts:3"));
      expect(found).toEqual(["a.test 10.0.0.3"]);
    });
  });
}

describe("more of the resolver", () => {
  it("a server that only fails is EAI_AGAIN, one that can't read the question EAI_FAIL", async () => {
    const always = (rcode: number, times: number) =>
      function* server(sys: Sys, fd: number) {
        for (let i = 0; i < times; i++) {
          const { data, address } = yield* sys.recvfrom(fd, 600, 0);
          yield* sys.sendto(fd, encodeDns({ ...decodeDns(data), response: true, rcode }), 0, address);
        }
      };
    expect(await resultOn(model, lookUps(["a.test"], always(DNS_SERVFAIL, 2)))).toEqual(["EAI_AGAIN"]);
    expect(await resultOn(model, lookUps(["a.test"], always(1, 1)))).toEqual(["EAI_FAIL"]);
  });

  it("of a truncated answer, what came is used", async () => {
    const many = Array.from({ length: 60 }, (_, i) => `10.0.1.${i}`);
    const [found] = (await resultOn(
      model,
      lookUps(["many.test"], (sys, fd) => serveNames(sys, fd, { "many.test": many }, 1)),
    )) as string[];
    expect(found.split(", ")).toHaveLength(30);
  });

  it("a name server answers noise with FORMERR, and never an answer", async () => {
    const heard = await resultOn(model, function* client(sys) {
      const fd = yield* sys.socket(AF_INET, SOCK_DGRAM);
      yield* sys.bind(fd, { address: "127.0.0.1", port: 53 });
      const pid = yield* sys.fork(function* server(sys) {
        yield* serveNames(sys, fd, {}, 2);
      });
      const mine = yield* sys.socket(AF_INET, SOCK_DGRAM);
      yield* sys.connect(mine, { address: "127.0.0.1", port: 53 });
      yield* sys.send(mine, encodeDns({ ...query, response: true }), 0);
      yield* sys.send(mine, Uint8Array.from([7, 7, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 9]), 0);
      const { id, rcode } = decodeDns(yield* sys.recv(mine, 600, 0));
      yield* sys.waitpid(pid, 0);
      return [id, rcode];
    });
    expect(heard).toEqual([0x0707, 1]);
  });
});
