/**
 * More threads: each is a Node worker, hence a thread of this process with its own line to the runner.
 *
 * The creator waits until the new thread has opened all that it will ever open, so that the program's descriptor numbers are in
 * nobody's way for longer than that.
 */
import { Worker } from "node:worker_threads";
import { outOfTheWay } from "./descriptors";

/** What a new thread is started with. */
export interface ThreadData {
  readonly inbox: number;
  /** Where it leaves its id once it is ready. */
  readonly ready: Int32Array;
}

const START_LIMIT = 10_000;

/** Starts a thread and returns its id, as gettid(2) gives it. */
export function startThread(entry: string, inbox: number): number {
  return outOfTheWay(() => {
    const ready = new Int32Array(new SharedArrayBuffer(4));
    const workerData: ThreadData = { inbox, ready };
    const worker = new Worker(entry, { workerData, stdin: false });
    worker.unref();
    if (Atomics.wait(ready, 0, 0, START_LIMIT) === "timed-out") throw new Error("a new thread did not start");
    return Atomics.load(ready, 0);
  });
}

export function announce(ready: Int32Array, tid: number): void {
  Atomics.store(ready, 0, tid);
  Atomics.notify(ready, 0);
}
