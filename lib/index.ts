/**
 * fd3: a kernel that can be opened. The rooms, in reading order; README.md beside this file is the map.
 */
export * from "./course";
// The kernels as a notebook meets them; a name exported here comes before the same name in a room below.
export { linux, model, node, runModel } from "./course/announced";
export { World } from "./course/world";
export * from "./device";
export * from "./kernel";
export * from "./net";
export * from "./real";
export * from "./sys";
export * from "./trace";
export * from "./user";
export * from "./view";
export * from "./world";
