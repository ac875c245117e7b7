/** The rules of `sideBySide` as a table: what a program must not rely on, why, and where that is written. */
import { allRules } from "../../real/differences";
import type { Picture } from "../../view/picture";
import { table } from "./table";

/** `show(whatMayDiffer())`; with "node", also what Node hides. */
export function whatMayDiffer(beside: "linux" | "node" = "linux"): Picture {
  const rules = allRules.filter(({ id }) => beside === "node" || !id.startsWith("node-"));
  return table(
    ["what may differ", "why", "written in"],
    rules.map(({ title, why, source }) => [title, why, source]),
  );
}
