/** Sockets as ss lists them: the layout against the tool's own output, and the contents from runs on the model. */
import { describe, expect, it } from "vitest";
import { AF_INET, AF_UNIX, bytes, type ProgramFunction, SOCK_DGRAM, SOCK_STREAM, type Sys } from "../../lib/sys";
import { ss } from "../../lib/trace/ss";
import { applyEvent, emptyTables, type HostTables, type SocketRow, tablesAt } from "../../lib/trace/tables";
import { runModel } from "../../lib/world";

const row = (object: string, fields: Partial<SocketRow>): SocketRow => ({
  object,
  family: AF_INET,
  socketType: SOCK_STREAM,
  protocol: 6,
  state: "CLOSED",
  local: "",
  remote: "",
  peer: null,
  backlog: null,
  backlogLimit: null,
  receiveUsed: 0,
  receiveSize: 0,
  sendUsed: 0,
  sendSize: 0,
  ...fields,
});

/** A machine with these sockets, each open. */
function machine(...rows: SocketRow[]): HostTables {
  const tables = emptyTables();
  applyEvent(tables, { type: "nothing", host: "alice", time: 0 } as Parameters<typeof applyEvent>[1]);
  const host = tables.hosts.alice;
  rows.forEach((socket, file) => {
    host.sockets[socket.object] = socket;
    host.files[file] = { file, kind: "socket", object: socket.object, flags: 2, offset: 0, path: null, refcount: 1 };
  });
  return host;
}

const withoutEnds = (text: string) => text.replace(/ +$/gm, "");

describe("the layout is that of iproute2's ss into a pipe", () => {
  const server = row("socket 1", {
    state: "ESTABLISHED",
    local: "127.0.0.1:8080",
    remote: "127.0.0.1:56452",
    receiveUsed: 5,
  });
  const client = row("socket 2", { state: "ESTABLISHED", local: "127.0.0.1:56452", remote: "127.0.0.1:8080" });
  const half = row("socket 3", { state: "FIN_WAIT2", local: "127.0.0.1:56458", remote: "127.0.0.1:8080" });
  const udp = { socketType: SOCK_DGRAM, protocol: 17, state: "UNCONNECTED" };
  const names = row("socket 4", { ...udp, local: "127.0.0.1:53", receiveUsed: 832 });
  const asker = row("socket 5", { ...udp, local: "127.0.0.1:52107", remote: "127.0.0.1:53" });

  it("ss -tn", () => {
    expect(ss(machine(client, half, server), "-tn")).toBe(
      withoutEnds(`State      Recv-Q Send-Q Local Address:Port  Peer Address:Port Process
ESTAB      0      0          127.0.0.1:56452    127.0.0.1:8080         
FIN-WAIT-2 0      0          127.0.0.1:56458    127.0.0.1:8080         
ESTAB      5      0          127.0.0.1:8080     127.0.0.1:56452        `),
    );
  });

  it("ss -uan, where the words of the header touch", () => {
    expect(ss(machine(names, asker), "-uan")).toBe(
      withoutEnds(`State  Recv-Q Send-Q Local Address:Port  Peer Address:PortProcess
UNCONN 832    0          127.0.0.1:53         0.0.0.0:*           
ESTAB  0      0          127.0.0.1:52107    127.0.0.1:53          `),
    );
  });

  it("ss -un, which has only one state to show and so doesn't", () => {
    expect(ss(machine(names, asker), "-un")).toBe(
      withoutEnds(`Recv-Q Send-Q Local Address:Port  Peer Address:PortProcess
0      0          127.0.0.1:52107    127.0.0.1:53        `),
    );
  });

  it("ss -xan, where a path stands before the number", () => {
    const unix = { family: AF_UNIX, protocol: 0, state: "ESTABLISHED" };
    const rows = [
      row("socket 1754317", { ...unix, state: "LISTEN", local: "/tmp/fd3-ss.sock", backlog: 1, backlogLimit: 3 }),
      row("socket 1754313", { ...unix, peer: "socket 1754314", sendUsed: 768 }),
      row("socket 1754314", { ...unix, peer: "socket 1754313", receiveUsed: 3 }),
      row("socket 1754320", { ...unix, state: "UNCONNECTED", local: "@abstract" }),
    ];
    expect(ss(machine(...rows), "-xan")).toBe(
      withoutEnds(`Netid State  Recv-Q Send-Q    Local Address:Port    Peer Address:Port   Process
u_str LISTEN 1      3      /tmp/fd3-ss.sock 1754317            * 0              
u_str ESTAB  0      768                   * 1754313            * 1754314        
u_str ESTAB  3      0                     * 1754314            * 1754313        
u_str UNCONN 0      0             @abstract 1754320            * 0              `),
    );
  });

  it("refuses an option that it doesn't know, and says which it knows", () => {
    expect(() => ss(machine(), "-tanp")).toThrow("-p isn't known here; use -t, -u, -x");
  });
});

/** The sockets at the moment when the program asks for its pid. */
function atGetpid(program: ProgramFunction): HostTables {
  const run = runModel(program);
  if (run.processes[0].error !== undefined) throw run.processes[0].error;
  const count = run.events.findIndex((event) => event.type === "syscall.enter" && event.call === "getpid");
  return tablesAt(run.events, count).hosts.alice;
}

describe("on the model", () => {
  it("a listener shows how many wait and how many may", () => {
    const host = atGetpid(function* main(sys: Sys) {
      const listener = yield* sys.socket(AF_INET, SOCK_STREAM);
      yield* sys.bind(listener, { address: "0.0.0.0", port: 8080 });
      yield* sys.listen(listener, 5);
      const client = yield* sys.socket(AF_INET, SOCK_STREAM);
      yield* sys.connect(client, { address: "127.0.0.1", port: 8080 });
      yield* sys.socket(AF_INET, SOCK_STREAM);
      yield* sys.getpid();
    });
    const [, first, ...others] = ss(host, "-tan").split("\n");
    expect(first).toMatch(/^LISTEN 1 {6}5 +0\.0\.0\.0:8080 +0\.0\.0\.0:\*$/);
    expect(others.map((line) => line.split(" ")[0])).toEqual(["ESTAB", "ESTAB"]);
    expect(ss(host, "-tlnH").split("\n")).toHaveLength(1);
  });

  it("a Unix connection has no other end until it is accepted", () => {
    const host = atGetpid(function* main(sys: Sys) {
      const listener = yield* sys.socket(AF_UNIX, SOCK_STREAM);
      yield* sys.bind(listener, { path: "/s" });
      yield* sys.listen(listener, -1);
      const client = yield* sys.socket(AF_UNIX, SOCK_STREAM);
      yield* sys.connect(client, { path: "/s" });
      yield* sys.send(client, bytes("abc"), 0);
      yield* sys.getpid();
    });
    const lines = ss(host, "-xaH")
      .split("\n")
      .map((line) => line.split(/ +/));
    expect(lines[0].slice(0, 5)).toEqual(["u_str", "LISTEN", "1", "4096", "/s"]);
    expect(lines[1].slice(-2)).toEqual(["*", "0"]);
    expect(lines).toHaveLength(2);
  });
});
