/**
 * An IPv4 address as text: four numbers with dots between, such as 10.0.0.1. Source: inet_pton(3).
 *
 * Every connect comes by here, so it is read character by character and nothing is allocated.
 */

const DOT = 46;
const ZERO = 48;

/** The address as 32 bits, unsigned; null when the text is none: each number has one to three digits and is at most 255. */
export function readDottedQuad(text: string): number | null {
  let address = 0;
  let part = 0;
  let digits = 0;
  let dots = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const digit = code - ZERO;
    if (digit >= 0 && digit <= 9) {
      part = part * 10 + digit;
      if (++digits > 3 || part > 255) return null;
    } else {
      if (code !== DOT || digits === 0) return null;
      dots++;
      address = address * 256 + part;
      part = 0;
      digits = 0;
    }
  }
  return dots === 3 && digits > 0 ? address * 256 + part : null;
}
