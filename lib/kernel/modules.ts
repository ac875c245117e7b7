/**
 * Organs that can be replaced: parts of the kernel that a learner writes and boots in place of ours.
 *
 * Each module is a narrow interface and a function that makes one. A learner's module may be wrong; then the kernel says so by
 * name, the call that met it fails with EIO, and the machine goes on. So it does when the module never returns, where somebody looks at the
 * clock (patience.ts).
 */
import { EIO } from "../sys/errno";
import { type FdAllocator, LowestFree } from "./fd-allocator";
import type { Kernel } from "./kernel";

/** The kernel's organs that can be replaced: for each, a function that makes one. */
export interface KernelModules {
  /** Which number does a new descriptor get? (fd-allocator.ts) */
  fdAllocator: () => FdAllocator;
}

export const standardModules: KernelModules = { fdAllocator: () => new LowestFree() };

/** Something a module did that its contract forbids. */
function fault(kernel: Kernel, module: string, message: string): never {
  kernel.faults.push(`${module}: ${message}`);
  kernel.emitIfTraced({ type: "module.fault", module, message });
  throw EIO;
}

/** Calls a module; whatever it throws is its fault. */
function call<Result>(kernel: Kernel, module: string, method: string, run: () => Result): Result {
  try {
    return kernel.patience(run);
  } catch (error) {
    return fault(kernel, module, `${method} threw ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** A descriptor allocator, held to its contract; ours where another one can't even be made. */
export function makeAllocator(kernel: Kernel): FdAllocator {
  const make = kernel.modules.fdAllocator;
  try {
    return guardAllocator(call(kernel, "fdAllocator", "making it", make), kernel);
  } catch (error) {
    if (error !== EIO) throw error;
    return new LowestFree();
  }
}

/** Ours needs no guard. */
function guardAllocator(allocator: FdAllocator, kernel: Kernel, taken = new Set<number>()): FdAllocator {
  if (allocator instanceof LowestFree) return allocator;
  const name = "fdAllocator";
  return {
    allocate(from) {
      const fd = call(kernel, name, `allocate(${from})`, () => allocator.allocate(from));
      if (!Number.isInteger(fd) || fd < 0) {
        return fault(kernel, name, `allocate(${from}) returned ${String(fd)}, which is no descriptor`);
      }
      if (fd < from) return fault(kernel, name, `allocate(${from}) returned ${fd}, which is below ${from}`);
      if (taken.has(fd)) return fault(kernel, name, `allocate(${from}) returned ${fd}, which is in use`);
      taken.add(fd);
      return fd;
    },
    take(fd) {
      call(kernel, name, `take(${fd})`, () => allocator.take(fd));
      taken.add(fd);
    },
    release(fd) {
      taken.delete(fd);
      call(kernel, name, `release(${fd})`, () => allocator.release(fd));
    },
    copy() {
      const copy = call(kernel, name, "copy()", () => allocator.copy());
      return guardAllocator(copy, kernel, new Set(taken));
    },
  };
}
