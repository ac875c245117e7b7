/** Calls in time: one run as lanes, or several kernels beside each other. */
import type { SideBySide } from "../../real/side-by-side";
import type { Run } from "../../sys/run";
import type { Picture } from "../picture";
import { comparisonTimeline } from "./comparison";
import { runTimeline } from "./run-timeline";

/**
 * The system calls of a run, from top to bottom in time, a lane per thread. Of several kernels: a row per call in program
 * order, a column per kernel, and whether they agree.
 */
export function timeline(what: Run | SideBySide): Picture {
  return "rows" in what ? comparisonTimeline(what) : runTimeline(what);
}
