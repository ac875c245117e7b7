/** Real machines beside the model: Node's own sockets, this machine's system calls, and comparisons. */
export { allRules as differenceRules } from "./differences";
export type { RuleText as DifferenceRule } from "./differences/rule";
export { linux } from "./linux";
export { node } from "./node";
export {
  type Cell as SideBySideCell,
  compareRuns,
  type Reason as SideBySideReason,
  type Row as SideBySideRow,
  type SideBySide,
  type SideBySideOptions,
  type Unavailable,
  type Verdict,
} from "./side-by-side";
export { RealTime, type TimedWorld } from "./tap/real-time";
export { Tap, type TapOptions } from "./tap/tap";
export type { Moment as LookMoment } from "./tools/moment";
export { framesOf, type Tool, type ToolOutput } from "./tools/tools";
