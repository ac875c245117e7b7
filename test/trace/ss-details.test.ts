/** What ss tells with -o, -m and -i: words and order against iproute2's own output, numbers from a run on the model. */
import { describe, expect, it } from "vitest";
import { AF_INET, bytes, type ProgramFunction, SOCK_STREAM, type Sys } from "../../lib/sys";
import { ss } from "../../lib/trace/ss";
import { duration } from "../../lib/trace/ss-details";
import { type HostTables, tablesAt } from "../../lib/trace/tables";
import { type TcpRow, tcpTables } from "../../lib/trace/tables/tcp";
import { runModel } from "../../lib/world";

/** What of iproute2's words the model has no numbers for. */
const unmodelled = / (delivered|rcv_space|pacing_rate|delivery_rate|busy):?[ ]?\S+| app_limited/g;

/** The sockets at the moment when the program asks for its pid. */
function atGetpid(program: ProgramFunction): HostTables {
  const run = runModel(program);
  if (run.processes[0].error !== undefined) throw run.processes[0].error;
  const count = run.events.findIndex((event) => event.type === "syscall.enter" && event.call === "getpid");
  return tablesAt(run.events, count).hosts.alice;
}

/** Two ends of a connection over loopback, of which the first has sent 1,000 bytes that nobody has read. */
function* talk(sys: Sys) {
  const listener = yield* sys.socket(AF_INET, SOCK_STREAM);
  yield* sys.bind(listener, { address: "127.0.0.1", port: 8080 });
  yield* sys.listen(listener, 5);
  const client = yield* sys.socket(AF_INET, SOCK_STREAM);
  yield* sys.setsockopt(client, 1, 9, 1);
  yield* sys.connect(client, { address: "127.0.0.1", port: 8080 });
  const server = yield* sys.accept(listener);
  yield* sys.write(client, bytes("x".repeat(1000)));
  return [client, server];
}

describe("as iproute2 6.1 writes it", () => {
  it("times of timers", () => {
    const times = [7_199_000, 80_000, 59_999, 10_001, 9_500, 9_000, 200, 0].map(duration);
    expect(times).toEqual(["119min", "1min20sec", "59sec", "10sec", "9.500ms", "9sec", "200ms", ""]);
  });

  it("the numbers of a connection", () => {
    const recorded =
      "cubic wscale:10,10 rto:200 rtt:0.022/0.011 ato:40 mss:32768 pmtu:65535 rcvmss:1000 advmss:65483 cwnd:10 " +
      "bytes_received:1000 segs_out:1 segs_in:3 data_segs_in:1 send 119156363636bps lastsnd:136 lastrcv:136 lastack:136 " +
      "pacing_rate 340531187816bps delivered:1 app_limited rcv_space:65483 rcv_ssthresh:70173 minrtt:0.022 snd_wnd:65536";
    const host = atGetpid(function* main(sys: Sys) {
      yield* talk(sys);
      yield* sys.getpid();
    });
    const ends = Object.values(host.sockets).filter(({ state }) => state === "ESTABLISHED");
    const server = ends.find(({ receiveUsed }) => receiveUsed > 0);
    const us = 1000;
    const numbers: Partial<TcpRow> = {
      ...{ congestionControl: "cubic", sndScale: 10, rcvScale: 10, rto: 200_000 * us, srtt: 22 * us, rttvar: 11 * us },
      ...{
        ato: 40_000 * us,
        sndMss: 32_768,
        pathMtu: 65_535,
        rcvMss: 1000,
        advMss: 65_483,
        cwnd: 10,
        bytesReceived: 1000,
      },
      ...{ segmentsOut: 1, segmentsIn: 3, dataSegmentsIn: 1, lastSent: 0, lastReceived: 0, lastHeard: 0 },
      ...{ rcvThreshold: 70_173, minRtt: 22 * us, sndWnd: 65_536 },
    };
    Object.assign(tcpTables(host).connections[server?.object ?? ""], numbers);
    const lines = ss(host, "-tniH", 136_000 * us).split("\n");
    const at = lines.findIndex((line) => /^ESTAB +1000 /.test(line));
    expect(lines[at + 1]).toBe(`\t ${recorded.replace(unmodelled, "")}`);
  });
});

describe("on the model", () => {
  it("-m: the sizes of the buffers, and what is in them", () => {
    const host = atGetpid(function* main(sys: Sys) {
      yield* talk(sys);
      yield* sys.getpid();
    });
    const lines = ss(host, "-tanm").split("\n");
    expect(lines[2]).toBe("\t skmem:(r0,rb131072,t0,tb16384,f0,w0,o0,bl0,d0)");
    expect(lines.filter((line) => /^\t skmem:\(r1832,rb131072,t0,tb\d{6,},f0,w0,o0,bl0,d0\)$/.test(line))).toHaveLength(
      1,
    );
  });

  it("-o: a timer of TCP's, TIME-WAIT, and nothing where none runs", () => {
    const host = atGetpid(function* main(sys: Sys) {
      const [client, server] = yield* talk(sys);
      const other = yield* sys.socket(AF_INET, SOCK_STREAM);
      yield* sys.connect(other, { address: "127.0.0.1", port: 8080 });
      yield* sys.read(server, 1000);
      yield* sys.close(other);
      yield* sys.close(yield* sys.accept(3));
      void client;
      yield* sys.getpid();
    });
    const rows = ss(host, "-tanoH").split("\n");
    expect(rows.filter((row) => row.startsWith("TIME-WAIT")).map((row) => row.split(" ").at(-1))).toEqual([
      expect.stringMatching(/^timer:\(timewait,59sec,0\)$|^timer:\(timewait,1min,0\)$/),
    ]);
    expect(rows.filter((row) => /timer:\(keepalive,(119min|120min),0\)$/.test(row))).toHaveLength(1);
    expect(rows[0]).toMatch(/^LISTEN .*\*$/);
  });

  it("a socket that listens has few numbers, Unix sockets none", () => {
    const host = atGetpid(function* main(sys: Sys) {
      yield* talk(sys);
      yield* sys.getpid();
    });
    expect(ss(host, "-tliH").split("\n")[1]).toBe("\t cubic cwnd:10");
    expect(ss(host, "-xaiH")).toBe("");
  });
});
