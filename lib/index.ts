/**
 * fd3: a kernel that can be opened. The rooms, in reading order; README.md beside this file is the map.
 */

export * from "./course";
export * from "./device";
export * from "./kernel";
export * from "./real";
export * from "./sys";
export * from "./trace";
export * from "./view";
export * from "./world";
