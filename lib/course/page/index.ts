/** What a chapter puts on its page besides pictures of runs: tables, lines of source, facts about this machine. */
export { source, sourceLines } from "./source";
export { type TableCell, table } from "./table";
export { realKernelSentence, thisMachine } from "./this-machine";
export { whatMayDiffer, whatNodeHides } from "./what-may-differ";
