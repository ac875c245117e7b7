/** Who watches a run beside recording its calls: a look at the kernel's tables at one moment, and a capture of its frames. */
import type { Run, RunOptions, SystemCallRecord } from "../../../sys/run";
import type { CapturedFrame } from "../../../trace/capture";
import { type Moment, MomentWatch } from "../../tools/moment";
import { type Snapshot, socketsBefore, takeSnapshot } from "../../tools/snapshot";
import { Capture } from "./capture";
import { programDescriptors } from "./descriptor-space";

/** What to look at. */
export interface Look {
  /** When the kernel's tables are looked at. */
  readonly at?: Moment;
  /** Capture frames, too? */
  readonly frames?: boolean;
}

/** What was seen. */
export interface Seen {
  /** null when the moment never came. */
  readonly snapshot: Snapshot | null;
  /** null when they weren't asked for, or couldn't be captured. */
  readonly frames: readonly CapturedFrame[] | null;
  /** Why there are no frames, or not all: one sentence each. */
  readonly notes: readonly string[];
}

export interface LinuxOptions extends RunOptions {
  readonly look?: Look;
}

export interface LinuxRun extends Run {
  readonly kernel: "linux";
  /** When it was asked to look. */
  readonly seen?: Seen;
}

interface Living {
  readonly name: string;
  readonly pid: number;
}

export class Onlooker {
  private readonly watch: MomentWatch;
  private snapshot: Snapshot | null = null;
  private capture: Capture | null = null;
  private readonly notes: string[] = [];
  private readonly before = socketsBefore();

  constructor(
    private readonly look: Look,
    private readonly root: string,
  ) {
    this.watch = new MomentWatch(look.at);
  }

  async begin(): Promise<void> {
    if (!this.look.frames) return;
    const capture = await Capture.begin();
    if (typeof capture === "string") this.notes.push(capture);
    else this.capture = capture;
  }

  /** The programs start now: times count from here. */
  started(): void {
    this.capture?.startClock();
  }

  entered(record: SystemCallRecord): void {
    this.capture?.notePorts(record);
  }

  returned(record: SystemCallRecord, living: readonly Living[], calls: readonly SystemCallRecord[]): void {
    this.capture?.notePorts(record);
    if (!this.watch.returned(record)) return;
    this.snapshot = takeSnapshot(record, living, {
      root: this.root,
      end: programDescriptors,
      calls,
      before: this.before,
    });
  }

  ended(pid: number): void {
    this.watch.ended(pid);
  }

  async finish(): Promise<Seen> {
    const captured = await this.capture?.finish();
    if (captured && captured.lost > 0)
      this.notes.push(`${captured.lost.toLocaleString("en")} more frames weren't kept.`);
    return { snapshot: this.snapshot, frames: captured?.frames ?? null, notes: this.notes };
  }
}
