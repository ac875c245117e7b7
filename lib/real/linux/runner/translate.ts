/**
 * From a program's call to an agent's and back: paths, addresses and buffers differ on the two sides, and what C fills through
 * a pointer is filled here, in the program's own objects.
 */
import type { BufferOrSize, SystemCallName, SystemCalls } from "../../../sys/calls";
import { EINVAL } from "../../../sys/errno";
import type { Request } from "../../../sys/sys";
import { bufferSize, fillBuffer, fillBuffers } from "./buffers";
import { programDescriptors } from "./descriptor-space";
import { toReal } from "./paths";
import type { Thread } from "./thread";
import { readinessTranslators } from "./translate-readiness";
import { prepareSocketCall, socketTranslators } from "./translate-sockets";
import { complete, type PartialTranslation, type Translation } from "./translation";

export type Translators = {
  readonly [Name in SystemCallName]?: (thread: Thread, ...args: Parameters<SystemCalls[Name]>) => PartialTranslation;
};

const withPath = (_thread: Thread, path: string, ...rest: unknown[]): PartialTranslation => ({
  args: [toReal(path), ...rest],
});

const translators: Translators = {
  open: withPath,
  stat: withPath,
  mkdir: withPath,
  rmdir: withPath,
  unlink: withPath,
  read: (_thread, fd, buffer) => ({
    args: [fd, bufferSize(buffer)],
    finish: (value) => fillBuffer(buffer, value as Uint8Array),
  }),
  pread: (_thread, fd, buffer, offset) => ({
    args: [fd, bufferSize(buffer), offset],
    finish: (value) => fillBuffer(buffer, value as Uint8Array),
  }),
  readv: (_thread, fd, iov: readonly BufferOrSize[]) => ({
    args: [fd, iov.map(bufferSize)],
    finish: (value) => fillBuffers(iov, value as Uint8Array[]),
  }),
  write: (_thread, fd, data) => ({ args: [fd, data] }),
  pwrite: (_thread, fd, data, offset) => ({ args: [fd, data, offset] }),
  writev: (_thread, fd, iov) => ({ args: [fd, iov] }),
  setrlimit(thread, resource, limit) {
    if (limit > programDescriptors) {
      thread.run.note(`setrlimit: here the limit on descriptors can't be raised above ${programDescriptors}.`);
      throw EINVAL;
    }
    return { args: [resource, limit] };
  },
  close: (_thread, fd) => ({ args: [fd], forever: false }),
  ...socketTranslators,
  ...readinessTranslators,
};

export async function prepare(thread: Thread, { name, args }: Request): Promise<Translation> {
  await prepareSocketCall(thread, name, args);
  const translator = translators[name] as
    | ((thread: Thread, ...args: readonly unknown[]) => PartialTranslation)
    | undefined;
  return complete(name, translator === undefined ? { args } : translator(thread, ...args));
}
