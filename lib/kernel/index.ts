/** The kernel's core, as other rooms and learners' modules see it. */
export type { EventBase, FileKind, KernelEvent, TaskState, Trace } from "./events";
export { type FdAllocator, LowestFree } from "./fd-allocator";
export { brokenInvariants, leaks } from "./invariants";
export { Kernel as ModelKernel } from "./kernel";
export type { KernelModules } from "./modules";
export type { Process } from "./process";
export type { Task } from "./task";
