/** Acknowledgements behind a gap: three at once, then fewer (net.ipv4.tcp_comp_sack_*; RFC 5681 section 4.2). */
import { expect, it } from "vitest";
import { Stage } from "../stage";

/** After so much data in order that the receiver knows the round trip and has stopped acknowledging everything at once: `count` segments behind a gap. */
function burst(count: number, options = "mss 1000 sackOK ts 100 wscale 7", sysctl = {}): Stage {
  const stage = new Stage(sysctl);
  stage.accepts(options);
  const size = options.includes("ts") ? 988 : 1000;
  const stamp = options.includes("ts") ? " ts 300" : "";
  const segment = (index: number) => `. ${1 + index * size}:${1 + (index + 1) * size} ack 1 win 257${stamp}`;
  const echo = stage.echo();
  for (let i = 0; i < 20; i++) {
    stage.say(segment(i), echo);
    stage.wait(5);
  }
  stage.wait(100);
  stage.mark();
  for (let i = 21; i < 21 + count; i++) stage.say(segment(i), echo);
  return stage;
}

const rightEdge = (line: string) => line.split(":").at(-1);

it("the fourth waits for a millisecond at most, and tells of all that have come", () => {
  const stage = burst(8);
  expect(stage.heard().map(rightEdge)).toEqual(["21737", "22725", "23713"]);
  stage.wait(0.9);
  expect(stage.heard()).toEqual([]);
  stage.wait(0.2);
  expect(stage.heard().map(rightEdge)).toEqual(["28653"]);
});

it("so many are held back at most", () => {
  expect(burst(8, undefined, { tcp_comp_sack_nr: 2 }).heard()).toHaveLength(4);
});

it("data that leaves meanwhile takes it along", () => {
  const stage = burst(8);
  stage.heard();
  stage.write(4, 10);
  expect(stage.heard().map((line) => line.split(" ")[1])).toEqual(["P."]);
  stage.wait(2);
  expect(stage.heard()).toEqual([]);
});

it("a receiver that doesn't know the round trip doesn't wait, nor does one without SACK", () => {
  const unknown = new Stage();
  unknown.accepts();
  for (let i = 1; i < 9; i++) unknown.say(`. ${1 + i * 1000}:${1001 + i * 1000} ack 1 win 257`);
  expect(unknown.heard()).toHaveLength(8);
  expect(burst(8, "mss 1000 ts 100 wscale 7").heard()).toHaveLength(8);
});
