/** The world that boots machines, and the model as a kernel like any other. */
export { MICROSECOND, MILLISECOND, type Nanoseconds, SECOND } from "./clock";
export { type ModelOptions, type ModelRun, model, runModel } from "./model";
export { Random } from "./random";
export type { CardOptions, Plug } from "./wiring";
export { type HostOptions, World, type WorldOptions } from "./world";
