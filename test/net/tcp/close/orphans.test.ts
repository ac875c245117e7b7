/** What is left of a connection that nobody has open and whose peer hasn't finished: FIN_WAIT2, then TIME_WAIT (RFC 9293 3.6, RFC 1122 4.2.2.13). */
import { describe, expect, it } from "vitest";
import { SOL_TCP, TCP_LINGER2 } from "../../../../lib/sys";
import { Stage } from "../stage";

/** Closed, and our FIN is acknowledged. */
function orphan(sysctl = {}, options = "mss 1000 sackOK wscale 7"): Stage {
  const stage = new Stage(sysctl);
  const fd = stage.accepts(options);
  stage.call((sys) => sys.close(fd));
  stage.say(`. 1:1 ack 2 win 257${options.includes("ts") ? " ts 300" : ""}`);
  stage.mark();
  return stage;
}

const answers = (stage: Stage, ...lines: string[]) => {
  for (const line of lines) {
    stage.wait(10);
    stage.say(line);
  }
  return stage.heard();
};

describe("an orphan in FIN_WAIT2", () => {
  it("takes the peer's FIN, and is in TIME_WAIT: the FIN is acknowledged as often as it comes, but not more than twice a second otherwise", () => {
    const lines = [...Array(2).fill("F. 1:1 ack 2 win 257"), ...Array(3).fill(". 1:1 ack 2 win 257")];
    expect(answers(orphan(), ...lines)).toEqual([
      "10 . 2:2 ack 2 win 63",
      "20 . 2:2 ack 2 win 63",
      "30 . 2:2 ack 2 win 63",
    ]);
  });

  it("data is for nobody: reset, and forgotten; a FIN behind a gap as well", () => {
    for (const line of [
      "P. 1:101 ack 2 win 257",
      "P. 201:301 ack 2 win 257",
      "FP. 1:101 ack 2 win 257",
      "F. 5:5 ack 2 win 257",
    ])
      expect(answers(orphan(), line, ". 1:1 ack 2 win 257")).toEqual(["10 R 2:2 win 0", "20 R 2:2 win 0"]);
  });

  it("a RST in the window ends it, one outside doesn't", () => {
    for (const at of [1, 100])
      expect(answers(orphan(), `R ${at}:${at} win 0`, "F. 1:1 ack 2 win 257")).toEqual(["20 R 2:2 win 0"]);
    for (const at of [0, 100_000])
      expect(answers(orphan(), `R ${at}:${at} win 0`, "F. 1:1 ack 2 win 257").at(-1)).toBe("20 . 2:2 ack 2 win 63");
  });

  it("a SYN in the window ends it with a RST (RFC 9293 3.10.7.4, fourth check); an old one is told where we are", () => {
    expect(answers(orphan(), "S 1:1 win 257")[0]).toMatch(/^10 R. .* ack 2 win 0$/);
    expect(answers(orphan(), "S. 0:0 ack 2 win 257", "F. 1:1 ack 2 win 257")).toEqual([
      "10 . 2:2 ack 1 win 63",
      "20 . 2:2 ack 2 win 63",
    ]);
  });

  it("what has come before, or has no ACK flag, is passed over", () => {
    expect(answers(orphan(), ". 1:1 ack 2 win 257", "P 1:101 win 257", "F 1:1 win 257")).toEqual([]);
  });

  it("an older timestamp is answered and doesn't count (RFC 7323 5.3)", () => {
    const stage = orphan({}, "mss 1000 sackOK ts 100 wscale 7");
    expect(
      answers(stage, "F. 1:1 ack 2 win 257 ts 290", "F. 1:1 ack 2 win 257 ts 310").map((line) => line.split(" ")[4]),
    ).toEqual(["1", "2"]);
  });

  it("the peer has a minute to finish (net.ipv4.tcp_fin_timeout), or less", () => {
    for (const [sysctl, seconds] of [
      [{}, 60],
      [{ tcp_fin_timeout: 2 }, 2],
    ] as const) {
      const stage = orphan(sysctl);
      stage.wait(1000 * seconds - 500);
      expect(answers(stage, ". 0:0 ack 2 win 257").at(-1)).toContain(" . 2:2 ack 1 ");
      stage.wait(1000);
      expect(answers(stage, ". 0:0 ack 2 win 257").at(-1)).toContain(" R 2:2 ");
    }
  });

  it("or none at all: TCP_LINGER2 of −1 resets as soon as our FIN is acknowledged", () => {
    const stage = new Stage();
    const fd = stage.accepts();
    stage.call((sys) => sys.setsockopt(fd, SOL_TCP, TCP_LINGER2, -1));
    stage.call((sys) => sys.close(fd));
    stage.mark();
    expect(answers(stage, ". 1:1 ack 2 win 257")).toEqual(["10 R 2:2 win 0"]);
  });
});

describe("in TIME_WAIT", () => {
  const timeWait = (sysctl = {}) => {
    const stage = orphan(sysctl);
    stage.say("F. 1:1 ack 2 win 257");
    stage.wait(1000);
    stage.mark();
    return stage;
  };

  it("a FIN without an ACK is acknowledged, too", () => {
    expect(answers(timeWait(), "F 1:1 win 257", "F 2:2 win 257")).toHaveLength(2);
  });

  it("a RST with the next number ends it (RFC 1337), unless net.ipv4.tcp_rfc1337 forbids that", () => {
    expect(answers(timeWait(), "R 2:2 win 0", "F. 1:1 ack 2 win 257")).toEqual(["20 R 2:2 win 0"]);
    expect(answers(timeWait({ tcp_rfc1337: 1 }), "R 2:2 win 0", "F. 1:1 ack 2 win 257")).toEqual([
      "20 . 2:2 ack 2 win 63",
    ]);
  });

  it("a new SYN begins a connection where somebody listens; where nobody does, it is told where we are", () => {
    expect(answers(timeWait(), "S 1000:1000 win 257 mss 1000")).toEqual(["10 S. 0:0 ack 1001 win 64240 mss 1460"]);
    const stage = timeWait();
    stage.call((sys) => sys.close(3));
    expect(answers(stage, "S 1000:1000 win 257 mss 1000")).toEqual(["10 . 2:2 ack 2 win 63"]);
  });
});
