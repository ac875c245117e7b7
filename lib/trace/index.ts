/** What happened, kept and folded: the recorder, system calls from events, tables at any moment, and strace's format. */
export * from "./calls";
export * from "./recorder";
export * from "./strace";
export * from "./tables";
