/**
 * What must be true between any two events. Tests run this after every one of them.
 *
 * Each sentence says what would be broken. An empty list means that nothing is.
 */
import type { Kernel } from "./kernel";
import type { Pipe } from "./pipe";

/** Everything that is wrong with this kernel's tables now, in sentences. */
export function brokenInvariants(kernel: Kernel): string[] {
  return [...brokenReferences(kernel), ...brokenPipes(kernel), ...brokenTasks(kernel)];
}

/** Things that should be gone once every program has ended: descriptors, open files, timers, sleepers. */
export function leaks(kernel: Kernel): string[] {
  const found: string[] = [];
  for (const file of kernel.openFiles) found.push(`open file ${file.id} (${file.object.name}) was never released`);
  for (const [, id] of kernel.timers) found.push(`timer ${id} is still set`);
  for (const task of kernel.processes.sleepers()) found.push(`thread ${task.tid} still sleeps`);
  for (const process of kernel.processes.values()) {
    if (process.pid !== 1) found.push(`process ${process.pid} was never reaped`);
  }
  return found;
}

/** Descriptors in all tables, by open file description. */
function countDescriptors(kernel: Kernel): Map<object, number> {
  const counts = new Map<object, number>();
  for (const process of kernel.processes.values()) {
    if (process.status !== null) continue;
    for (const [, file] of process.fds.entries()) counts.set(file, (counts.get(file) ?? 0) + 1);
  }
  return counts;
}

function brokenReferences(kernel: Kernel): string[] {
  const broken: string[] = [];
  const counts = countDescriptors(kernel);
  for (const file of kernel.openFiles) {
    const descriptors = counts.get(file) ?? 0;
    if (file.referenceCount < descriptors) {
      broken.push(`open file ${file.id} has ${descriptors} descriptors but counts ${file.referenceCount} users`);
    }
    if (file.referenceCount === 0) broken.push(`open file ${file.id} has no user and still exists`);
  }
  for (const file of counts.keys()) {
    if (!kernel.openFiles.has(file as never)) broken.push("a descriptor leads to an open file that was released");
  }
  return broken;
}

function brokenPipes(kernel: Kernel): string[] {
  const ends = new Map<Pipe, { readers: number; writers: number }>();
  for (const { object } of kernel.openFiles) {
    if (object.kind !== "pipe") continue;
    const count = ends.get(object.pipe) ?? { readers: 0, writers: 0 };
    if (object.writing) count.writers++;
    else count.readers++;
    ends.set(object.pipe, count);
  }
  const broken: string[] = [];
  for (const [pipe, { readers, writers }] of ends) {
    if (pipe.readers !== readers) broken.push(`${pipe.name} counts ${pipe.readers} readers, there are ${readers}`);
    if (pipe.writers !== writers) broken.push(`${pipe.name} counts ${pipe.writers} writers, there are ${writers}`);
    if (pipe.used > pipe.capacity) broken.push(`${pipe.name} holds ${pipe.used} bytes in ${pipe.capacity}`);
  }
  return broken;
}

function brokenTasks(kernel: Kernel): string[] {
  const broken: string[] = [];
  const ready = kernel.scheduler.ready();
  const { running } = kernel.scheduler;
  for (const process of kernel.processes.values()) {
    for (const task of process.tasks) {
      const places = ready.filter((other) => other === task).length;
      if (task.state === "ready" && places !== 1)
        broken.push(`ready thread ${task.tid} is ${places} times in the run queue`);
      if (task.state !== "ready" && places !== 0) broken.push(`${task.state} thread ${task.tid} is in the run queue`);
      if (task.state === "running" && running !== task) broken.push(`thread ${task.tid} runs but isn't on the CPU`);
      if (task.state === "sleeping" && task.call === null) broken.push(`thread ${task.tid} sleeps outside of any call`);
      if (task.state === "zombie" && task.queues.length > 0) broken.push(`ended thread ${task.tid} waits on a queue`);
    }
    if (process.status !== null && process.fds.entries().length > 0) {
      broken.push(`ended process ${process.pid} has open descriptors`);
    }
  }
  return broken;
}
