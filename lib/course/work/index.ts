export { type PrepareOptions, type PrepareReport, prepareWork } from "./prepare";
