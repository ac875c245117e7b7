/** Plugs the network into a kernel: from here on, socket(2) knows these address families. */
import type { Kernel } from "../kernel/kernel";
import { AF_UNIX } from "../sys/socket";
import { UnixFamily } from "./unix/family";

export function installNetwork(kernel: Kernel): void {
  kernel.socketFamilies.set(AF_UNIX, new UnixFamily(kernel));
}
