/** Below the stack: cards and their drivers, wires, switches. */
export type { RxDescriptor, TxDescriptor } from "./descriptor-ring";
export type { DeviceEvent } from "./events";
export type { Fault, FaultAction } from "./fault";
export type { FrameInfo } from "./frame-info";
export type { DeviceModules, DriverMaker } from "./guarded-driver";
export type { LaneOptions } from "./lane";
export { Link, type LinkOptions } from "./link";
export { Nic, type NicCounters, type NicOptions } from "./nic";
export { NicDriver } from "./nic-driver";
export type { InterruptCauses, NicRegisters } from "./nic-registers";
export { Outside } from "./outside";
export { Switch } from "./switch";
