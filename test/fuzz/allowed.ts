/** In what a step may differ between the model and the real machine although both are right: the rules, as data. */
import type { Played } from "./play";
import type { Step } from "./step";

interface Rule {
  readonly why: string;
  /** From here on the two go different ways, so that what follows can't be compared. */
  readonly parts?: boolean;
  allows(onModel: string, onLinux: string, real: Played, step: Step | undefined): boolean;
}

const rules: readonly Rule[] = [
  {
    why: "The linux kernel of this project never listens on all addresses: it binds to 127.0.0.1 first, and says so in its notes.",
    allows: (onModel, onLinux, { notes }) =>
      / getsockname: /.test(onModel) &&
      notes.some((note) => note.startsWith("listen without bind")) &&
      onModel.replace(" 0.0.0.0:", " 127.0.0.1:") === onLinux,
  },
  {
    why: "All who sleep in recv or send on one stream socket are woken together, and whoever the scheduler lets run first gets it.",
    parts: true,
    allows: (onModel, onLinux, _real, step) =>
      step?.kind !== "pipes" && step?.kind !== "udp" && anySleeper(onModel) === anySleeper(onLinux),
  },
  {
    why: "When one sleeper takes what another only waits to see, the other may have looked before that or not.",
    parts: true,
    allows: (onModel, onLinux) =>
      (/'s (accept4?|recv|recvfrom|recvmsg|read|readv) wakes/.test(onModel) &&
        without(/'s (poll|select|epoll_wait) wakes/, onModel) ===
          without(/'s (poll|select|epoll_wait) wakes/, onLinux)) ||
      (/'s epoll_wait wakes/.test(onModel) &&
        without(/'s (poll|select) wakes/, onModel) === without(/'s (poll|select) wakes/, onLinux)),
  },
];

/** The line without what it says of these who were woken. */
const without = (woken: RegExp, line: string): string =>
  line
    .split("; ")
    .filter((words) => !woken.test(words))
    .join("; ");

/** The line without the names of those who were woken out of a call on a stream. */
function anySleeper(line: string): string {
  const [own, ...woken] = line.split("; ");
  return [
    own,
    ...woken.map((words) => words.replace(/^\S+'s (recv|recvfrom|recvmsg|read|readv|send|write) /, "$1 ")).sort(),
  ].join("; ");
}

/** How two lines of the same step compare; "parted": both are right, but nothing after them can be compared. */
export function compare(
  onModel: string | undefined,
  onLinux: string | undefined,
  real: Played,
  step: Step | undefined,
): "same" | "parted" | "different" {
  if (onModel === onLinux) return "same";
  if (onModel === undefined || onLinux === undefined) return "different";
  const rule = rules.find(({ allows }) => allows(onModel, onLinux, real, step));
  return rule === undefined ? "different" : rule.parts ? "parted" : "same";
}
