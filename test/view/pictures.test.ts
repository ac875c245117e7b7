import { afterEach, describe, expect, it, vi } from "vitest";
import { show } from "../../lib/course/show";
import { compareRuns } from "../../lib/real/side-by-side";
import { bytes, EFAULT, type KernelName, type Run, type Sys } from "../../lib/sys";
import { descriptorPicture, sleepersPicture, timeline } from "../../lib/view";
import { assignSlots } from "../../lib/view/stage/slots";
import { runModel } from "../../lib/world";
import { hostile, smuggled } from "./hostile";
import { childSleeps, ownWriter, pipeAndFork } from "./pipe-and-fork";

/** Two processes, each of which waits for the other to write first. */
function* cross(sys: Sys) {
  const [readA, writeA] = yield* sys.pipe();
  const [readB, writeB] = yield* sys.pipe();
  yield* sys.fork(function* child(inner) {
    yield* inner.close(writeB);
    yield* inner.close(readA);
    yield* inner.read(readB, 10);
    yield* inner.write(writeA, bytes("x"));
  });
  yield* sys.close(writeA);
  yield* sys.close(readB);
  yield* sys.read(readA, 10);
  yield* sys.write(writeB, bytes("x"));
}

describe("the picture of descriptors", () => {
  it("shows every descriptor, open file and object of that moment", () => {
    const { html, text } = descriptorPicture(pipeAndFork, childSleeps);
    for (const file of [1, 2, 3, 4]) expect(html).toContain(`>open file ${file}</text>`);
    for (const words of ["pipe 1, write end", "close-on-exec", "4 descriptors", "0 of 65,536 bytes"])
      expect(html).toContain(words);
    expect(html.match(/class="arrow"/g)).toHaveLength(9 + 4);
    expect(text).toContain("fd 4 → open file 4 → pipe 1, write end (close-on-exec)");
    expect(text).toContain("thread 101 sleeping on pipe 1: data, in read(3, 0x…, 4096)");
  });

  it("is of the end, of a count of events, or of the first event that fits", () => {
    expect(descriptorPicture(pipeAndFork).text).not.toContain("shell/cat");
    const fits = descriptorPicture(pipeAndFork, (_event, tables) => tables.pipes["pipe 1"]?.used === 12);
    expect(fits.text).toBe(descriptorPicture(pipeAndFork, childSleeps + 2).text);
    expect(() => descriptorPicture(pipeAndFork, () => false)).toThrow(/never comes/);
  });

  it("shows what programs chose as text, never as HTML", () => {
    expect(smuggled(descriptorPicture(hostile).html)).toEqual([]);
  });
});

describe("places in a drawing", () => {
  it("are given to nobody else while they are taken, and used again afterwards", () => {
    const { at, end } = assignSlots(
      [
        { key: "a", from: 0, to: 5, size: 10 },
        { key: "b", from: 3, to: 9, size: 10 },
        { key: "c", from: 6, to: 9, size: 10 },
        { key: "d", from: 7, to: 8, size: 4, wish: 5 },
      ],
      2,
    );
    expect(Object.fromEntries(at)).toEqual({ a: 0, b: 12, c: 0, d: 24 });
    expect(end).toBe(28);
  });
});

describe("the picture of sleepers", () => {
  it("shows the mistake of a reader that keeps the write end", () => {
    const { text } = sleepersPicture(ownWriter);
    expect(text).toContain("reader waits for itself");
    expect(text).toContain("can be woken by: reader (fd 4)");
  });

  it("shows the circle of a deadlock", () => {
    const { text, html } = sleepersPicture(runModel({ first: cross }));
    expect(text).toContain(
      "A circle: first waits for first/child (“pipe 1: data”), first/child waits for first (“pipe 2: data”).",
    );
    expect(html.match(/class="cyc"/g)?.length).toBeGreaterThan(0);
  });

  it("sees no circle where somebody awake can write", () => {
    const { text, html } = sleepersPicture(pipeAndFork, { at: childSleeps });
    expect(text).toContain("1 thread sleeps.");
    expect(text).toContain("can be woken by: shell (fd 4)");
    expect(html).not.toContain('class="cyc"');
  });

  it("knows that a timer ends a sleep", () => {
    const run = runModel(function* (sys: Sys) {
      const [fd] = yield* sys.pipe();
      yield* sys.poll([{ fd, events: 1 }], 1500);
    });
    expect(sleepersPicture(run).text).toMatch(/can be woken by: program \(fd 4\); a timer, at 1\.5/);
    expect(sleepersPicture(run).text).not.toContain("waits for itself");
  });

  it("shows what a real kernel told of those who were stuck", () => {
    const deadlock = [
      { process: "<b>", pid: 7, tid: 7, call: "read(3, …)", waitsFor: "pipe:[9]: data (asleep in pipe_read)" },
    ];
    const { html, text } = sleepersPicture({
      kernel: "linux",
      calls: [],
      processes: [],
      output: "",
      notes: [],
      deadlock,
    });
    expect(text).toContain("asleep: <b> (tid 7) in read(3, …)");
    expect(text).toContain("pipe:[9]: data — asleep in pipe_read");
    expect(text).not.toContain("can be woken");
    expect(html).toContain("&lt;b&gt;");
  });

  it("shows what programs chose as text, never as HTML", () => {
    expect(smuggled(sleepersPicture(hostile).html)).toEqual([]);
  });
});

describe("the picture of calls in time", () => {
  const run = runModel(function* program(sys: Sys) {
    const [readEnd, writeEnd] = yield* sys.pipe();
    yield* sys.fork(function* child(inner) {
      yield* inner.read(readEnd, 10);
      yield* inner.exit(3);
    });
    yield* sys.nanosleep({ tv_sec: 1, tv_nsec: 0 });
    yield* sys.write(writeEnd, bytes("hi"));
    yield* sys.waitpid(-1, 0);
  });

  it("cuts a call in two only where others had their say", () => {
    expect(timeline(run).text.split("\n")).toEqual([
      "program        pipe([3, 4]) = 0",
      "program        fork() = 101",
      "program        nanosleep({tv_sec=1, tv_nsec=0}, …",
      "program/child  read(3, …",
      "program        (nanosleep) … NULL) = 0",
      'program        write(4, "hi", 2) = 2',
      "program        waitpid(-1, …",
      'program/child  (read) … "hi", 10) = 2',
      "program/child  exit(3) = ?",
      "program        (waitpid) … [{WIFEXITED(s) && WEXITSTATUS(s) == 3}], 0) = 101",
    ]);
  });

  it("hatches sleep where the kernel tells of it, and says so where it can't", () => {
    expect(timeline(run).html).toContain("asleep in it");
    const { events, ...asOnLinux } = run;
    expect(events.length).toBeGreaterThan(0);
    expect(timeline(asOnLinux).html).toContain("in a call while others went on");
    expect(timeline(asOnLinux).html).not.toContain('class="hatch"');
  });

  it("shows arguments that no call takes", () => {
    const call = {
      process: "p",
      pid: 1,
      tid: 1,
      name: "write",
      args: [{}, null],
      enter: 0,
      exit: 1,
      startTime: 0,
      endTime: 0,
    } as const;
    const odd: Run = {
      kernel: "node",
      calls: [{ ...call, error: EFAULT }],
      processes: [],
      output: "",
      deadlock: [],
      notes: [],
    };
    expect(timeline(odd).text).toBe("p  write({…}, null) = -1 EFAULT");
  });
});

describe("show", () => {
  const global = globalThis as { __tslab__?: unknown };
  afterEach(() => {
    delete global.__tslab__;
    vi.restoreAllMocks();
  });

  it("prints the text where there is no notebook", () => {
    const log = vi.spyOn(console, "log").mockImplementation(() => {});
    show({ html: "<b>", text: "words" });
    expect(log.mock.calls).toEqual([["words"]]);
  });

  it("draws in a notebook's cell", () => {
    const drawn: string[] = [];
    const display = { html: (source: string) => drawn.push(source) };
    global.__tslab__ = { require: (name: string) => (name === "tslab" ? { display } : undefined) };
    show({ html: "<b>1</b>", text: "" }, { html: "<b>2</b>", text: "" });
    expect(drawn).toEqual(["<b>1</b>", "<b>2</b>"]);
  });
});

describe("the picture of several kernels", () => {
  const call = { process: "p", pid: 1, tid: 1, name: "read", enter: 0, exit: 1, startTime: 0, endTime: 0 } as const;
  const runOn = (kernel: KernelName, ...results: string[]): Run => {
    const calls = results.map((result, i) => {
      return { ...call, args: [3, 64], enter: 2 * i, exit: 2 * i + 1, result: bytes(result) };
    });
    const processes = [{ name: "p", pid: 1, status: 0 }];
    return { kernel, calls, processes, output: "", deadlock: [], notes: kernel === "node" ? ["<i>note</i>"] : [] };
  };

  it("has a row per call and per end of a process, marked and explained", () => {
    const comparison = compareRuns([runOn("model", "abc", "x"), runOn("linux", "abc", "y")]);
    const { html, text } = timeline(comparison);
    expect(html.match(/<tr><td/g)).toHaveLength(3);
    expect(html.match(/aria-label="the same">=/g)).toHaveLength(2);
    expect(html).toMatch(/aria-label="different">≠<sup>1<\/sup>/);
    expect(html).toContain("<sup>1</sup> model: different.");
    expect(html).toContain("≠</span> 1 different");
    expect(text).toBe(comparison.toString());
  });

  it("shows which calls a kernel didn't see, and which kernels didn't run", () => {
    const missing = [{ kernel: "node", why: "no <network>" }] as const;
    const { html } = timeline(compareRuns([runOn("linux", "a", "b"), runOn("node", "a")], missing));
    expect(html).toContain("not made");
    expect(html).toContain("node did not run: no &lt;network&gt;");
    expect(html).toContain("node: &lt;i&gt;note&lt;/i&gt;");
  });

  it("keeps what programs wrote out of the HTML", () => {
    const evil = runOn("model", "<img src=x onerror=alert(1)>");
    expect(smuggled(timeline(compareRuns([evil, runOn("linux", "<img src=y>")])).html)).toEqual([]);
  });
});
