/** The table of coverage is complete, true, and the committed one: COVERAGE.md. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { systemCallNames } from "fd3";
import { beforeAll, describe, expect, it } from "vitest";
import { escaped, markdown, type Row, rows, type Seen, seenOnModel } from "./coverage/coverage";
import { singleReasons } from "./coverage/reasons";

describe("coverage of the calls by the conformance programs", () => {
  let seen: Seen;
  let all: Row[];

  beforeAll(async () => {
    seen = await seenOnModel();
    all = rows(seen);
    // More than a thousand programs, on a machine that may be busy.
  }, 120_000);

  it("has every call succeed somewhere", () => {
    const neverReturns = ["exit", "execve", "pause"];
    const missing = systemCallNames.filter((call) => !seen.get(call)?.has("ok") && !neverReturns.includes(call));
    expect(missing).toEqual([]);
  });

  it("has a program or a reason for every error that a man page lists", () => {
    const open = all.filter(({ listed, programs, reason }) => listed && programs.length === 0 && reason === null);
    expect(open.map(({ call, errno }) => `${call} ${errno}`)).toEqual([]);
  });

  it("gives no reason for what a program provokes, and none for what no page lists", () => {
    const needless = all.filter(({ programs }) => programs.length > 0).map(({ call, errno }) => `${call} ${errno}`);
    expect(singleReasons.filter((pair) => needless.includes(pair))).toEqual([]);
    const listed = all.map(({ call, errno }) => `${call} ${errno}`);
    expect(singleReasons.filter((pair) => !listed.includes(pair))).toEqual([]);
  });

  it("stands in COVERAGE.md, true in every row (`npm run coverage:calls -- --write` brings it up to date)", () => {
    const committed = readFileSync(join(__dirname, "COVERAGE.md"), "utf8").split("\n");
    const wanted = markdown(all).split("\n");
    const label = (line: string) => (line.startsWith("| ") ? line.split(" | ")[0] : line);
    expect(committed.map(label)).toEqual(wanted.map(label));
    // Which programs stand there as examples may differ, if only each of them does provoke the error.
    const provoked = new Map(all.map((row) => [`${row.call} ${row.errno}`, row.programs.map(escaped)]));
    let call = "";
    const wrong = committed.filter((line, at) => {
      if (line.startsWith("## ")) call = line.slice(3).replace(/\(.*/, "");
      if (line === wanted[at]) return false;
      const [, errno, cell] = /^\| (\w+)[^|]*\| (.*) \|$/.exec(line) ?? [];
      const programs = provoked.get(`${call} ${errno}`) ?? [];
      return cell === undefined || cell.split("<br>").some((program) => !programs.includes(program));
    });
    expect(wrong).toEqual([]);
  });
});
