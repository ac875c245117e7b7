/**
 * Names inside DNS messages: labels with their lengths in front, and pointers to names that stood earlier in the message.
 *
 * "www.example.com" is 3 w w w 7 e x a m p l e 3 c o m 0. A length byte that begins with two one-bits is no length but the upper part
 * of an offset: "the rest of this name is at …". A pointer that led forwards or to itself would send a reader in circles, so only
 * pointers to earlier bytes are followed.
 *
 * **Not modelled:** escapes for dots within labels; names beyond ASCII (RFC 5890).
 *
 * Source: RFC 1035, 2.3.4 (sizes), 3.1 (names), 4.1.4 (compression).
 */

const MAX_LABEL = 63;
/** In bytes as they stand in a message, lengths and the final zero included. */
const MAX_NAME = 255;
const POINTER = 0xc0;

/** Bytes that are no DNS message, or a name that can't be in one. */
export class DnsFormatError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "DnsFormatError";
  }
}

/** The one spelling under which a name is compared: lower case, no dot at its end; RFC 1035, 2.3.3. */
export function normalName(name: string): string {
  return name.toLowerCase().replace(/\.$/, "");
}

/**
 * Writes a name at the end of `out`. `seen` says at which offset the names stand that were written before; the longest ending that
 * is among them becomes a pointer.
 */
export function encodeName(name: string, out: number[], seen: Map<string, number>): void {
  const labels = name.replace(/\.$/, "").split(".");
  if (labels.length === 1 && labels[0] === "") labels.pop();
  if (labels.reduce((size, label) => size + label.length + 1, 1) > MAX_NAME)
    throw new DnsFormatError(`the name "${name}" is longer than ${MAX_NAME} bytes`);
  for (let i = 0; i < labels.length; i++) {
    const ending = normalName(labels.slice(i).join("."));
    const at = seen.get(ending);
    if (at !== undefined) {
      out.push(POINTER | (at >> 8), at & 0xff);
      return;
    }
    // A pointer has 14 bits.
    if (out.length <= 0x3fff) seen.set(ending, out.length);
    const label = labels[i];
    if (label === "" || label.length > MAX_LABEL || !/^[\x21-\x7e]+$/.test(label))
      throw new DnsFormatError(`"${label}" can't be a label of a name`);
    out.push(label.length, ...[...label].map((letter) => letter.charCodeAt(0)));
  }
  out.push(0);
}

/** The name at `start`, and where what follows it begins. */
export function decodeName(message: Uint8Array, start: number): [name: string, behind: number] {
  const labels: string[] = [];
  let size = 1;
  let behind = -1;
  let at = start;
  let earliest = start;
  for (;;) {
    const length = message[at];
    if (length === undefined) throw new DnsFormatError("the message ends within a name");
    if (length === 0) return [labels.join("."), behind < 0 ? at + 1 : behind];
    if ((length & POINTER) === POINTER) {
      if (behind < 0) behind = at + 2;
      const target = ((length & ~POINTER) << 8) | (message[at + 1] ?? 0xff);
      if (target >= earliest) throw new DnsFormatError("a name's pointer doesn't lead backwards");
      at = earliest = target;
      continue;
    }
    if ((length & POINTER) !== 0) throw new DnsFormatError("a label of an unknown kind");
    size += length + 1;
    if (size > MAX_NAME || at + length >= message.length) throw new DnsFormatError("a name is too long");
    labels.push(String.fromCharCode(...message.subarray(at + 1, at + 1 + length)));
    at += length + 1;
  }
}
