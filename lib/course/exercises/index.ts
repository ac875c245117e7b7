/** Exercises: what there is, the panel in a notebook, and what checks are written with. */
export type { Description, ExerciseKind, Hint } from "./description";
export type { ExerciseFiles, Folders } from "./folders";
export { type Exercise, listExercises } from "./list";
export { exercise } from "./panel";
