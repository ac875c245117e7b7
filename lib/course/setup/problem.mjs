// @ts-check
/**
 * Something that stops the set-up and that a person can do something about.
 *
 * Every failure a newcomer can meet is one of these: a sentence that says what is wrong, and lines that say what to do.
 * Anything else that is thrown is a bug of ours and keeps its stack.
 */
export class Problem extends Error {
  /**
   * @param {string} message what is wrong, in one sentence
   * @param {string[]} advice what to do, a line each
   * @param {string} [output] what the failing tool printed, where that helps
   */
  constructor(message, advice, output = "") {
    super(message);
    this.name = "Problem";
    this.advice = advice;
    this.output = output;
  }
}

/**
 * The last lines of what a tool printed: the reason of a failure stands there.
 * @param {string} output
 * @param {number} [count]
 */
export function lastLines(output, count = 25) {
  return output.trimEnd().split(/\r?\n/).slice(-count).join("\n");
}

/**
 * Does a tool's output say that it couldn't reach the network?
 * @param {string} output
 */
export function looksOffline(output) {
  return /ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ENETUNREACH|ECONNREFUSED|EHOSTUNREACH|NewConnectionError|NameResolutionError|ConnectTimeoutError|Temporary failure in name resolution|Max retries exceeded|Network is unreachable/i.test(
    output,
  );
}

/** @param {string} what for example "the Node packages" */
export function offlineProblem(what, output = "") {
  return new Problem(
    `Can't fetch ${what}: the network can't be reached.`,
    [
      "The first set-up needs the network; afterwards everything works without it.",
      "Connect and run the same command again: what is already in place is kept.",
      "Behind a proxy, set HTTPS_PROXY=http://proxy:port first (npm and pip both read it).",
    ],
    lastLines(output, 3),
  );
}
