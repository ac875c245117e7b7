/** What tools show of one program on the model and on this machine. */
import { execFileSync, spawnSync } from "node:child_process";
import { expect, it } from "vitest";
import { sideBySide } from "../../../lib/course/kernels";
import type { LinuxRun } from "../../../lib/real/linux/runner/onlooker";
import type { Tool } from "../../../lib/real/tools/tools";
import {
  AF_INET,
  AF_UNIX,
  bytes,
  O_CREAT,
  O_RDWR,
  type Programs,
  SOCK_NONBLOCK,
  SOCK_STREAM,
  type Sys,
  type SystemCallRecord,
} from "../../../lib/sys";
import { pcapFile } from "../../../lib/trace/pcap";
import { timeline } from "../../../lib/view/timeline/timeline";
import { onLinux } from "../linux/on-linux";

const greeting: Programs = function* (sys) {
  const listening = yield* sys.socket(AF_INET, SOCK_STREAM);
  yield* sys.bind(listening, { address: "127.0.0.1", port: 0 });
  yield* sys.listen(listening, 7);
  const address = yield* sys.getsockname(listening);
  yield* sys.fork(function* client(sys: Sys) {
    const fd = yield* sys.socket(AF_INET, SOCK_STREAM);
    yield* sys.connect(fd, address);
    yield* sys.write(fd, bytes("hello"));
    yield* sys.read(fd, 100);
    yield* sys.read(fd, 100); // sleeps until the server has closed
  });
  const peer = yield* sys.accept(listening);
  const words = yield* sys.recv(peer, 100, 0);
  yield* sys.send(peer, words, 0);
  yield* sys.close(peer);
  yield* sys.waitpid(-1, 0);
};

/** Milliseconds: new agents may take long on a busy machine. */
const timeout = 15_000;

/** The text under each kernel. */
async function shown(programs: Programs, tool: Tool, at?: string): Promise<string[]> {
  const { tools } = await sideBySide(programs, { timeout, on: ["model", "linux"], show: [tool], at });
  return tools[0].columns.map(({ text, notes }) => text ?? notes.join());
}

/** Ports that the system chose, inodes, and the width of columns, made alike. */
function alike(text: string): string {
  return text
    .replace(/:(\d{5})\b/g, ":PORT")
    .replace(/\[\d+\]/g, "[INODE]")
    .replace(/[ ]+/g, " ")
    .trim();
}

/** The port that the system chose for the listening socket. */
function portOf(calls: readonly SystemCallRecord[]): number {
  const [record] = calls.filter(({ name }) => name === "getsockname");
  return (record.result as { port: number }).port;
}

const program = "ss";

/** Is ss missing, and may it be? Prints what is skipped then. */
function withoutSs(): boolean {
  if (process.env.CI || spawnSync(program, ["-V"]).error === undefined) return false;
  console.log("skipped: the comparison with ss itself, because iproute2 isn't installed");
  return true;
}

onLinux("what real tools would show", () => {
  it("ss shows the same sockets on both, right after the same call", async () => {
    const [model, linux] = await shown(greeting, "ss", "program:send");
    const lines = (text: string) => alike(text).split("\n").sort();
    // Whether the five bytes of the answer have been read and acknowledged by now is a race.
    const comparable = (text: string) => lines(text).map((line) => line.replace(/^(\w+ ESTAB) \d+ \d+/, "$1 N N"));
    expect(comparable(linux)).toEqual(comparable(model));
    expect(lines(linux)).toContain("tcp LISTEN 0 7 127.0.0.1:PORT 0.0.0.0:*");
    expect(lines(linux)).toHaveLength(4);
  });

  it("the descriptors are the same on both but for what 0, 1 and 2 are", async () => {
    const programs: Programs = function* (sys) {
      yield* sys.open("/new", O_RDWR | O_CREAT, 0o644);
      yield* sys.write(3, bytes("hello"));
      yield* sys.pipe();
      yield* sys.epoll_create1(0);
      yield* sys.socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK);
      yield* sys.getpid();
    };
    const [model, linux] = await shown(programs, "descriptors", "getpid");
    const own = (text: string) =>
      alike(text)
        .split("\n")
        .filter((line) => /^ [3-9]/.test(line))
        .map((line) => line.replace(/ {2}.*$/, ""));
    expect(own(linux)).toEqual(own(model));
    expect(own(linux)[0]).toBe(" 3 O_RDWR 5 /new");
    expect(linux).toMatch(/O_RDWR\|O_NONBLOCK\s+-\s+socket:\[\d+\]/);
  });

  it("frames: the same segments on both, or why they can't be captured", async () => {
    const [model, linux] = await shown(greeting, "frames");
    const handshake = (text: string) => [...text.matchAll(/Flags (\[[^\]]+\])/g)].slice(0, 3).map(([, flags]) => flags);
    expect(handshake(model)).toEqual(["[S]", "[S.]", "[.]"]);
    if (!linux.includes("CAP_NET_RAW")) expect(handshake(linux)).toEqual(handshake(model));
    else expect(linux).toMatch(/^Capturing frames needs the capability CAP_NET_RAW/);
  });

  it("frames are of this run's ports only, and the last ones are there", async () => {
    const { runs } = await sideBySide(greeting, { timeout, on: ["linux"], show: ["frames"] });
    const { seen, calls } = runs[0] as LinuxRun;
    if (!seen || seen.frames === null) {
      expect(seen?.notes.join()).toContain("CAP_NET_RAW");
      return;
    }
    const port = portOf(calls);
    const ports = seen.frames.map(({ bytes: frame }) => {
      const view = new DataView(frame.buffer, frame.byteOffset);
      return [view.getUint16(34), view.getUint16(36)];
    });
    expect(ports.every((pair) => pair.includes(port))).toBe(true);
    const flags = seen.frames.map(({ bytes: frame }) => frame[47]);
    expect(flags.filter((bits) => bits & 1)).toHaveLength(2); // a FIN each way
    expect(seen.frames.every(({ time }) => time > 0)).toBe(true);
    expect(pcapFile(seen.frames).length).toBeGreaterThan(24);
  });

  it.skipIf(withoutSs())("a snapshot is what ss itself prints at that moment", async () => {
    let tool = "";
    const at = ({ name }: { name: string }) => {
      if (name !== "recv") return false;
      tool = execFileSync(program, ["-tanH"], { encoding: "utf8" });
      return true;
    };
    const { tools, runs } = await sideBySide(greeting, { timeout, on: ["linux"], show: ["ss"], at });
    expect([runs[0].notes, runs[0].processes.flatMap(({ error }) => error ?? [])]).toEqual([[], []]);
    const port = portOf(runs[0].calls);
    // The acknowledgement of the five bytes, and so the sender's queue, may come between the two looks.
    const lines = (text: string) =>
      text
        .split("\n")
        .filter((line) => line.includes(`:${port}`))
        .map((line) => alike(line.replace(/^tcp /, "")).replace(/^(ESTAB \d+) \d+/, "$1 N"));
    expect(lines(tools[0].columns[0].text ?? "").sort()).toEqual(lines(tool).sort());
    expect(lines(tool)).toHaveLength(3);
  });

  it("a moment that never comes is said, and so is what Node can't show", async () => {
    const { tools } = await sideBySide(greeting, {
      timeout,
      on: ["model", "linux", "node"],
      show: ["ss"],
      at: "pwrite",
    });
    expect(tools[0].columns.map(({ text, notes }) => [text, ...notes])).toEqual([
      [null, "The moment to look never came."],
      [null, "The moment to look never came."],
      [null, expect.stringMatching(/^Node offers no line/)],
    ]);
  });

  it("stands below the calls, in a notebook and in a terminal; or alone", async () => {
    const both = await sideBySide(greeting, { timeout, on: ["model", "linux"], show: ["trace", "ss"], at: "accept" });
    expect(String(both)).toMatch(/accept\(3, NULL[\s\S]*── sockets, as ss -an lists them, right after accept/);
    expect(timeline(both).html).toMatch(/accept\(3[\s\S]*<pre[^>]*>Netid/);
    const alone = await sideBySide(greeting, { timeout, on: ["model", "linux"], show: ["ss"], at: "accept" });
    expect(timeline(alone).html).not.toContain("accept(3");
    expect(String(alone)).not.toContain("accept(3");
    expect(String(alone)).toContain("0 different");
  });
});
