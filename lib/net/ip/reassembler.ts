/**
 * Reassembly: making a datagram whole again from fragments that come in any order, twice, or not at all.
 *
 * The fragments of one datagram have the same source, destination, protocol and identification: that is the key. Each says where
 * its bytes belong, and the last one that it is the last. When there are no gaps left the datagram is whole.
 *
 * A fragment that repeats bytes exactly is ignored; one that overlaps others in part is an attack (RFC 1858, RFC 5722), and the
 * whole datagram is given up.
 *
 * **A module:** `world.host(name, { modules: { reassembler: () => mine } })`. The clock is not its business: whoever feeds it tells
 * it when to forget.
 *
 * Source: RFC 791 section 3.2, RFC 815; net/ipv4/ip_fragment.c (ip_frag_queue).
 */

/** One fragment's payload. */
export interface Fragment {
  /** Where it belongs, in bytes from the datagram's beginning. */
  readonly offset: number;
  /** Its payload; nobody changes it. */
  readonly bytes: Uint8Array;
  /** Nothing follows behind it. */
  readonly last: boolean;
}

/** The contract of the module. */
export interface Reassembler {
  /**
   * Adds a fragment. Returns the whole payload when nothing is missing any more, null while something is, and "discard" when the
   * fragments contradict each other; in the first and the last case it has forgotten the key.
   */
  add(key: string, fragment: Fragment): Uint8Array | "discard" | null;
  /** The rest didn't come in time. */
  forget(key: string): void;
}

interface Datagram {
  /** By offset, without overlaps. */
  readonly fragments: Fragment[];
  /** The datagram's length, once its last fragment is there; else null. */
  length: number | null;
  received: number;
}

export class StandardReassembler implements Reassembler {
  private readonly datagrams = new Map<string, Datagram>();

  add(key: string, fragment: Fragment): Uint8Array | "discard" | null {
    const datagram = this.datagrams.get(key) ?? { fragments: [], length: null, received: 0 };
    this.datagrams.set(key, datagram);
    const verdict = place(datagram, fragment);
    if (verdict === "discard") this.datagrams.delete(key);
    if (verdict !== "placed") return verdict === "discard" ? "discard" : null;
    if (datagram.length === null || datagram.received < datagram.length) return null;
    this.datagrams.delete(key);
    const whole = new Uint8Array(datagram.length);
    for (const { offset, bytes } of datagram.fragments) whole.set(bytes, offset);
    return whole;
  }

  forget(key: string): void {
    this.datagrams.delete(key);
  }
}

function place(datagram: Datagram, fragment: Fragment): "placed" | "duplicate" | "discard" {
  const { fragments } = datagram;
  const end = fragment.offset + fragment.bytes.length;
  const known = datagram.length;
  if (fragment.last) {
    const reach = fragments.length === 0 ? 0 : endOf(fragments[fragments.length - 1]);
    if ((known !== null && known !== end) || reach > end) return "discard";
  } else if (known !== null && end > known) {
    return "discard";
  }
  let at = fragments.length;
  while (at > 0 && fragments[at - 1].offset >= fragment.offset) at--;
  const next = fragments[at];
  const before = at === 0 ? undefined : fragments[at - 1];
  if (next !== undefined && next.offset === fragment.offset && endOf(next) === end) return "duplicate";
  if ((before !== undefined && endOf(before) > fragment.offset) || (next !== undefined && next.offset < end))
    return "discard";
  fragments.splice(at, 0, fragment);
  datagram.received += fragment.bytes.length;
  if (fragment.last) datagram.length = end;
  return "placed";
}

function endOf(fragment: Fragment): number {
  return fragment.offset + fragment.bytes.length;
}
