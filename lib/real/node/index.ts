/** The node kernel. */
export { node } from "./kernel";
