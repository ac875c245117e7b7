/** Pictures of runs: the kernel under the microscope, descriptors, sleepers, and calls in time. */
export { type DescriptorOptions, descriptorPicture, type Moment } from "./descriptors";
export { type MicroscopeOptions, microscope } from "./microscope";
export type { Picture } from "./picture";
export { type SleepersOptions, sleepersPicture } from "./sleepers/sleepers";
export type { EventSource } from "./source";
export { timeline } from "./timeline/timeline";
