export { node } from "./kernel";
