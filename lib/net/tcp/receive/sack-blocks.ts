/**
 * What our acknowledgements tell by SACK: which runs of bytes have arrived ahead of a gap, and before those what has come twice.
 *
 * The acknowledgement number says only what has arrived without a gap. With these blocks the sender knows of each segment whether it is
 * here, and sends only what is missing; and from what came twice it learns that it had sent something in vain.
 *
 * Source: RFC 2018 section 4, RFC 2883 (duplicate SACK, D-SACK); tcp_sack_new_ofo_skb, tcp_dsack_set, tcp_dsack_extend in
 * net/ipv4/tcp_input.c, tcp_established_options in tcp_output.c.
 */
import type { SackBlock } from "../segment";
import { add, after, before, distance, type Seq } from "../sequence";
import type { Tcb } from "../tcb";

/** All that is to be told; how many blocks a segment has room for is another question (header-options.ts). */
export function blocksToTell(tcb: Tcb): readonly SackBlock[] {
  const { dsack } = tcb;
  const blocks = aheadOfGap(tcb);
  return dsack === null ? blocks : [dsack, ...blocks];
}

/** The runs that wait, with the peer's FIN, which counts as the byte after the last. */
export function aheadOfGap({ runsAhead: blocks, rcv: { fin } }: Tcb): readonly SackBlock[] {
  if (fin === null) return blocks;
  const end = add(fin, 1);
  if (!blocks.some(({ right }) => right === fin)) return [{ left: fin, right: end }, ...blocks];
  return blocks.map(({ left, right }) => (right === fin ? { left, right: end } : { left, right }));
}

/** The block that tells of a FIN which waits for what is missing before it. */
export function blockWithFin(tcb: Tcb): SackBlock | null {
  const { fin } = tcb.rcv;
  if (!tcb.sackPermitted || fin === null) return null;
  return aheadOfGap(tcb).find(({ right }) => right === add(fin, 1)) ?? null;
}

/** RFC 2883: the next acknowledgement tells that these bytes have come twice (tcp_dsack_set, tcp_dsack_extend). */
export function noteDuplicate(tcb: Tcb, left: Seq, right: Seq): void {
  if (!tcb.sackPermitted || tcb.host.sysctl.tcp_dsack === 0) return;
  const { dsack } = tcb;
  if (dsack === null || after(left, dsack.right) || after(dsack.left, right)) {
    tcb.dsack ??= { left, right };
    return;
  }
  tcb.dsack = {
    left: before(left, dsack.left) ? left : dsack.left,
    right: after(right, dsack.right) ? right : dsack.right,
  };
}

/** Of what is told by SACK already, this part has come again: the first such piece is told, and what follows on it. */
export function noteOverlap(tcb: Tcb, told: readonly SackBlock[], from: Seq, to: Seq): void {
  const blocks = [...told].sort((a, b) => distance(a.left, b.left));
  for (const { left, right } of blocks) {
    if (!before(left, to) || !after(right, from)) continue;
    noteDuplicate(tcb, after(left, from) ? left : from, before(right, to) ? right : to);
  }
}
