/** What both sides of the system-call boundary agree on. */
export * from "./bytes";
export * from "./calls";
export * from "./errno";
export * from "./fcntl";
export * from "./poll";
export * from "./rarer-options";
export * from "./run";
export * from "./signal";
export * from "./socket";
export * from "./stat";
export * from "./sys";
export * from "./system-error";
export * from "./time";
export * from "./wait";
