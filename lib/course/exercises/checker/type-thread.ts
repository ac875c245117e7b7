/** A thread for the compiler, so that the checks run at the same time and don't wait for it. */
import { join } from "node:path";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import type { TypeProblem } from "../report";
import { TypeChecker } from "./type-check";

interface Question {
  readonly id: number;
  readonly file: string;
}

interface Answer {
  readonly id: number;
  readonly problems: TypeProblem[];
}

/** The compiler in its thread: asked as often as one likes, started again should it ever fail. */
export class TypeThread {
  private worker: Worker;
  private readonly waiting = new Map<number, (problems: TypeProblem[] | null) => void>();
  private next = 0;

  constructor(private readonly root: string) {
    this.worker = this.start();
  }

  private start(): Worker {
    const worker = new Worker(__filename, {
      workerData: { typeCheckRoot: this.root },
      execArgv: __filename.endsWith(".ts") ? ["-r", "ts-node/register/transpile-only"] : [],
    });
    worker.unref();
    worker.on("message", ({ id, problems }: Answer) => this.settle(id, problems));
    worker.on("error", () => {
      this.worker = this.start();
      for (const id of [...this.waiting.keys()]) this.settle(id, null);
    });
    return worker;
  }

  /** What the compiler says about `file`; null when the compiler itself failed. */
  check(file: string): Promise<TypeProblem[] | null> {
    const id = this.next++;
    return new Promise((resolve) => {
      this.waiting.set(id, resolve);
      this.worker.postMessage({ id, file } satisfies Question);
    });
  }

  private settle(id: number, problems: TypeProblem[] | null): void {
    this.waiting.get(id)?.(problems);
    this.waiting.delete(id);
  }
}

if (!isMainThread && parentPort && typeof workerData?.typeCheckRoot === "string") {
  const port = parentPort;
  const checker = new TypeChecker(workerData.typeCheckRoot);
  // The first look reads the library's types, a second of work: done before anybody asks.
  checker.check(join(workerData.typeCheckRoot, "lib", "sys", "sys.ts"));
  port.on("message", ({ id, file }: Question) => {
    port.postMessage({ id, problems: checker.check(file) } satisfies Answer);
  });
}
