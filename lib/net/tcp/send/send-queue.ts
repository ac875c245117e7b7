/**
 * The send queue: bytes that the program has written and the peer has not acknowledged yet.
 *
 *     | sent, not acknowledged            | not sent yet          |
 *     ^ SND.UNA                           ^ SND.NXT               ^ where the next write goes
 *
 * The bytes are copied once, from the program's buffer into pages here. A segment that is sent, or sent again, only refers to its page.
 * What lies side by side is one chunk, however many segments it leaves as, until something is lost. One array holds both halves; `next`
 * is the border.
 *
 * Source: struct sk_buff in sk_write_queue and tcp_rtx_queue; tcp_sendmsg_locked in net/ipv4/tcp.c, tcp_fragment in tcp_output.c.
 */
import { add, after, distance, type Seq } from "../sequence";
import { endOfRun, joinRuns } from "./join-runs";
import { SendChunk, segmentsOf } from "./send-chunk";
import { copyIn, NO_PAGE, NO_SPACE, SendSpace } from "./send-space";
import type { SmallQueue } from "./small-queue";

/** Memory that a run counts besides its bytes, in bytes: what an sk_buff with its header space takes. */
const RUN_OVERHEAD = 832;
/** Shared by all queues that are empty; nothing is ever put into it. */
const NONE: SendChunk[] = [];

export class SendQueue {
  private chunks = NONE;
  private head = 0;
  /** Index of the first chunk that was never sent. */
  private next = 0;
  /** Segments sent and not acknowledged (packets_out). */
  underWay = 0;
  private space = NO_SPACE;
  /** What was handed down and has not left yet; made for the first. */
  below: SmallQueue | null = null;
  /** Memory of all chunks, in bytes (sk_wmem_queued). */
  memory = 0;
  /** Bytes of the run that was appended last, whether sent or not. */
  private lastRun = 0;

  constructor(
    /** The sequence number that the next byte written gets. */
    public tail: Seq,
  ) {}

  get empty(): boolean {
    return this.head === this.chunks.length;
  }

  /** Is it empty, and has all that was handed down left? */
  get idle(): boolean {
    return this.empty && (this.below === null || this.below.memory === 0);
  }

  /** Has everything been sent at least once? */
  get allSent(): boolean {
    return this.next === this.chunks.length;
  }

  /** The chunk to be sent next for the first time. */
  nextToSend(): SendChunk | undefined {
    return this.chunks[this.next];
  }

  /** The one that follows it. */
  behindNextToSend(): SendChunk | undefined {
    return this.chunks[this.next + 1];
  }

  /** Is it the last one: could more bytes join it? */
  isLast(chunk: SendChunk): boolean {
    return this.chunks[this.chunks.length - 1] === chunk;
  }

  /** The first chunk that is not acknowledged, if it was sent. */
  firstUnacknowledged(): SendChunk | undefined {
    return this.head < this.next ? this.chunks[this.head] : undefined;
  }

  /** Segments that were sent and not acknowledged, in order, each a chunk of its own now: call with 0, 1, 2, … until undefined. */
  unacknowledged(index: number): SendChunk | undefined {
    if (this.underWay > this.next - this.head) this.cutToSegments();
    const at = this.head + index;
    return at < this.next ? this.chunks[at] : undefined;
  }

  private cutToSegments(): void {
    const sent = segmentsOf(this.chunks.slice(this.head, this.next));
    this.chunks = sent.concat(this.chunks.slice(this.next));
    this.head = 0;
    this.next = sent.length;
  }

  /** Bytes that wait at the end of the queue as part of one run, which more bytes could join; `nxt` is SND.NXT. */
  waitingRun(nxt: Seq): number {
    return Math.min(this.lastRun, distance(this.tail, nxt));
  }

  /**
   * Copies up to `count` bytes of `data`, from `from` on, behind the last chunk or into a new one; returns how many: as many as there is
   * space for side by side. Where a page ends, so does a segment of `mss` bytes. `joins`: they belong to the run that waits at the end
   * of the queue.
   */
  append(data: Uint8Array, from: number, count: number, mss: number, joins: boolean): number {
    const last = this.next < this.chunks.length ? this.chunks[this.chunks.length - 1] : undefined;
    if (joins && last !== undefined && !last.fin && !last.eor) {
      const begun = last.size % mss;
      const more = this.space.takesBehind(last, count, mss);
      if (more > 0) return this.extend(last, data, from, more);
      if (begun > 0) {
        const rest = Math.min(count, mss - begun);
        return this.extend(this.moveBegun(last, begun, rest, mss), data, from, rest);
      }
    }
    if (this.space.takes(Math.min(count, mss), mss) === 0) this.moveOn(SendSpace.for(count));
    const { page, next } = this.space;
    page.hold();
    // What leaves as one run counts as one.
    const chunk = new SendChunk(this.tail, page, next, next, joins ? 0 : RUN_OVERHEAD);
    this.add(chunk);
    this.memory += chunk.overhead;
    if (!joins) this.lastRun = 0;
    return this.extend(chunk, data, from, this.space.takes(count, mss));
  }

  /** Copies bytes behind the last chunk, where there is space for them; returns how many. */
  private extend(last: SendChunk, data: Uint8Array, from: number, count: number): number {
    copyIn(data, from, count, last.page.bytes, last.end);
    last.end += count;
    last.push = false;
    this.space.next = last.end;
    this.tail = add(this.tail, count);
    this.memory += count;
    this.lastRun += count;
    return count;
  }

  /** Moves the segment of `begun` bytes that the last chunk ends with to where `more` have space; it is a chunk of its own then. */
  private moveBegun(last: SendChunk, begun: number, more: number, mss: number): SendChunk {
    const segment = begun < last.size ? this.split(last, last.size - begun) : last;
    // Who writes little will do so again.
    this.moveOn(SendSpace.for(Math.max(begun + more, Math.min(mss, 2 * (begun + more)))));
    this.space.takeIn(segment);
    return segment;
  }

  private moveOn(space: SendSpace): void {
    this.space.release();
    this.space = space;
  }

  private add(chunk: SendChunk): void {
    if (this.chunks.length === 0) this.chunks = [chunk];
    else this.chunks.push(chunk);
  }

  /** The stream ends here: a FIN on the last chunk if that wasn't sent, else on one of its own. */
  appendFin(): void {
    if (this.allSent) {
      this.add(new SendChunk(this.tail, NO_PAGE, 0, 0, RUN_OVERHEAD));
      this.memory += RUN_OVERHEAD;
    }
    this.chunks[this.chunks.length - 1].fin = true;
    this.tail = add(this.tail, 1);
  }

  /** What was written last is to be handed to the peer's program without waiting for more (PSH). */
  markPush(): void {
    if (!this.allSent) this.chunks[this.chunks.length - 1].push = true;
  }

  /** A record ends with what was written last (MSG_EOR): what comes next leaves in other segments. */
  endRecord(): void {
    this.lastRun = 0;
    if (!this.allSent) this.chunks[this.chunks.length - 1].eor = true;
  }

  /** This chunk begins a run of its own. */
  beginsRun(chunk: SendChunk): void {
    if (chunk.overhead > 0) return;
    chunk.overhead = RUN_OVERHEAD;
    this.memory += RUN_OVERHEAD;
  }

  /** Is all that waits one run? */
  oneRunWaits(nxt: Seq): boolean {
    return this.lastRun >= distance(this.tail, nxt);
  }

  /** The first run that waits takes in bytes of the one behind it, up to `most` in all; `nxt` is SND.NXT. */
  growRun(most: number, nxt: Seq): void {
    if (this.oneRunWaits(nxt)) return;
    const { chunks, next } = this;
    const second = endOfRun(chunks, next);
    if (second === chunks.length) return;
    const isLast = distance(this.tail, chunks[second].seq) <= this.lastRun;
    const end = joinRuns(chunks, next, second, most);
    if (end === second) return;
    // What is left of the second run is one still.
    if (endOfRun(chunks, end - 1) === end) this.memory -= RUN_OVERHEAD;
    else chunks[end].overhead = RUN_OVERHEAD;
    if (isLast) this.lastRun = distance(this.tail, (chunks[end] ?? chunks[next]).seq);
  }

  /** The first chunk not sent yet is sent, in segments of `mss` bytes. */
  advance(mss: number): void {
    const chunk = this.chunks[this.next];
    if (chunk.size > mss) chunk.segmentSize = mss;
    this.underWay += chunk.segments;
    this.next++;
  }

  /** Cuts a chunk in two, the first of `size` bytes; both know what was known of the whole. */
  split(chunk: SendChunk, size: number): SendChunk {
    const at = this.chunks.indexOf(chunk, this.head);
    if (at < this.next) this.underWay -= chunk.segments;
    const rest = chunk.cut(size);
    this.chunks.splice(at + 1, 0, rest);
    if (at < this.next) {
      this.underWay += chunk.segments + rest.segments;
      this.next++;
    }
    return rest;
  }

  /** The chunk behind this one, if it was sent. */
  behind(chunk: SendChunk): SendChunk | undefined {
    const at = this.chunks.indexOf(chunk, this.head) + 1;
    return at < this.next ? this.chunks[at] : undefined;
  }

  /** Takes the chunk behind this one out of the queue, to be put into it. */
  takeBehind(chunk: SendChunk): SendChunk {
    const at = this.chunks.indexOf(chunk, this.head) + 1;
    const [next] = this.chunks.splice(at, 1);
    if (at < this.next) {
      this.underWay -= next.segments;
      this.next--;
    }
    this.memory -= next.overhead;
    return next;
  }

  /**
   * Takes out the first chunk, or of its segments those that `una` covers; of a segment that is covered in part, the acknowledged bytes
   * go.
   */
  takeAcknowledged(una: Seq): SendChunk | null {
    if (this.head === this.next) return null;
    const chunk = this.chunks[this.head];
    if (after(chunk.endSeq, una)) {
      const covered = distance(una, chunk.seq);
      if (covered <= 0) return null;
      const whole = chunk.segmentSize === 0 ? 0 : covered - (covered % chunk.segmentSize);
      if (whole === 0) {
        this.forgetBeginning(chunk, covered);
        return null;
      }
      this.split(chunk, whole);
    }
    this.underWay -= chunk.segments;
    this.memory -= chunk.truesize;
    chunk.page.release();
    this.head++;
    if (this.head === this.chunks.length) {
      this.forgetAll();
    } else if (this.head > 64 && this.head * 2 > this.chunks.length) {
      this.chunks = this.chunks.slice(this.head);
      this.next -= this.head;
      this.head = 0;
    }
    return chunk;
  }

  /** Bytes of a segment that is still under way. */
  private forgetBeginning(chunk: SendChunk, count: number): void {
    const { segments } = chunk;
    this.underWay -= segments;
    // A single segment isn't cut in Linux (tcp_clean_rtx_queue).
    chunk.acknowledged = segments === 1 ? chunk.acknowledged + count : 0;
    chunk.seq = add(chunk.seq, count);
    chunk.start += count;
    this.memory -= count;
    this.underWay += chunk.segments;
  }

  /** The connection is over: nothing of this will be sent. */
  clear(): void {
    this.forgetAll();
    this.memory = 0;
  }

  /** Nothing is left, and an idle connection needs no page. */
  private forgetAll(): void {
    this.chunks = NONE;
    this.head = 0;
    this.next = 0;
    this.underWay = 0;
    this.moveOn(NO_SPACE);
  }
}
