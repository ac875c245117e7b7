/** Text to bytes and back. A system call moves bytes and knows nothing of text; the encoding is the programs' business. */
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The UTF-8 bytes of a text. */
export function bytes(text: string): Uint8Array {
  return encoder.encode(text);
}

/** The text of UTF-8 bytes; bytes that are no UTF-8 become U+FFFD. */
export function text(data: Uint8Array): string {
  return decoder.decode(data);
}

/** One array with the contents of all, in order. */
export function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
