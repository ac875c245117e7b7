/** The course: what its notebooks call. */
export { courseMap, predict, quiz, reveal } from "./work";
