/** The learner's work: where it lives, how it stays safe, and what is remembered of it. */
export { courseMap } from "./course-map";
export { predict, reveal } from "./predict";
export { type PrepareOptions, type PrepareReport, prepareWork } from "./prepare";
export { quiz } from "./quiz";
export { readProgress, recordExercise } from "./store";
