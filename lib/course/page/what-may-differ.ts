/** What two kernels may do differently, and what the node kernel can't show, as tables to read. */
import { allRules } from "../../real/differences";
import { nodeLimits, silentLimits } from "../../real/node/limits";
import type { Picture } from "../../view/picture";
import { table } from "./table";

/** The rules of `sideBySide`: what a program must not rely on. With "node", also what the node kernel does otherwise. */
export function whatMayDiffer(beside: "linux" | "node" = "linux"): Picture {
  const rules = allRules.filter(({ id }) => beside === "node" || !id.startsWith("node-"));
  return table(
    ["what may differ", "why", "written in"],
    rules.map(({ title, why, source }) => [title, why, source]),
  );
}

/** What Node hides from a program that asks as over system calls, and what the node kernel answers in its place. */
export function whatNodeHides(): Picture {
  const limits = [...Object.values(nodeLimits), ...silentLimits];
  return table(
    ["asked for", "on the node kernel"],
    limits.map(({ asked, instead }) => [asked, instead]),
  );
}
