/** The course: what its notebooks call. */
export { type Exercise, exercise, listExercises } from "./exercises";
export { kernels, sideBySide } from "./kernels";
export { realKernelSentence, source, type TableCell, table, thisMachine, whatMayDiffer, whatNodeHides } from "./page";
export { show } from "./show";
export { courseMap, predict, quiz, reveal } from "./work";
