/** In what a step may differ between the model and the real machine although both are right: the rules, as data. */
import type { Played } from "./play";

interface Rule {
  readonly why: string;
  allows(onModel: string, onLinux: string, real: Played): boolean;
}

const rules: readonly Rule[] = [
  {
    why: "The linux kernel of this project never listens on all addresses: it binds to 127.0.0.1 first, and says so in its notes.",
    allows: (onModel, onLinux, { notes }) =>
      / getsockname: /.test(onModel) &&
      notes.some((note) => note.startsWith("listen without bind")) &&
      onModel.replace(" 0.0.0.0:", " 127.0.0.1:") === onLinux,
  },
];

/** Do these two lines say the same, or may they differ? */
export function agree(onModel: string | undefined, onLinux: string | undefined, real: Played): boolean {
  if (onModel === onLinux) return true;
  return onModel !== undefined && onLinux !== undefined && rules.some((rule) => rule.allows(onModel, onLinux, real));
}
