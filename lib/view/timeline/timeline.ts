/** Calls in time: one run as lanes. */
import type { Run } from "../../sys/run";
import type { Picture } from "../picture";
import { runTimeline } from "./run-timeline";

/** The system calls of a run, from top to bottom in time, a lane per thread. */
export function timeline(run: Run): Picture {
  return runTimeline(run);
}
