/**
 * What waits in the send queue, run by run: a run is what counts as one in the send buffer's memory, and leaves as one if it may
 * (segment-run.ts). Its first chunk bears the memory that it takes besides its bytes.
 *
 * While it waits, a run takes in the bytes behind it: what the program has written in small portions leaves in large ones.
 *
 * Source: tcp_grow_skb in net/ipv4/tcp_output.c, skb_shift in net/core/skbuff.c.
 */
import type { SendChunk } from "./send-chunk";

/** Index behind the run that the chunk at `index` belongs to. */
export function endOfRun(chunks: readonly SendChunk[], index: number): number {
  let end = index + 1;
  while (end < chunks.length && chunks[end].overhead === 0) end++;
  return end;
}

/**
 * The run that begins at `first` takes in as much of the one behind it, which begins at `second`, as makes `most` bytes. Returns where it
 * ends then; the caller sees to what is left of the second. Nothing is taken in behind the end of a record, and no FIN.
 */
export function joinRuns(chunks: SendChunk[], first: number, second: number, most: number): number {
  let size = 0;
  for (let at = first; at < second; at++) size += chunks[at].size;
  if (size >= most || chunks[second].fin || chunks[second - 1].eor) return second;
  chunks[second].overhead = 0;
  let end = second;
  for (; end < chunks.length && chunks[end].overhead === 0 && size < most; end++) size += chunks[end].size;
  const { [end - 1]: last } = chunks;
  if (size > most) chunks.splice(end, 0, last.cut(last.size - (size - most)));
  return end;
}
