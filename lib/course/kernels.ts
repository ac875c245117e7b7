/** The kernels by name, and `sideBySide` on them: the one place that knows all three. */
import { linux } from "../real/linux";
import { node } from "../real/node";
import { sideBySideWith } from "../real/side-by-side";
import type { Kernel, KernelName } from "../sys";
import { model } from "../world/model";

/** The three kernels by name: each runs the same programs. */
export const kernels: Readonly<Record<KernelName, Kernel>> = { model, linux, node };

/**
 * Runs programs on several kernels and lays their system calls beside each other.
 *
 * @example
 * const comparison = await sideBySide(cat, { on: ["model", "linux"] });
 */
export const sideBySide = sideBySideWith(kernels);
