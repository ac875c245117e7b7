/** Exercises: which there are, and the panel that shows one in a notebook. */
export type { Description, ExerciseKind, Hint } from "./description";
export type { ExerciseFiles, Folders } from "./folders";
export { type Exercise, listExercises } from "./list";
export { exercise } from "./panel";
