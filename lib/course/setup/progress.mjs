// @ts-check
/**
 * What a person sees of the set-up: one line a step, with the time it took. On a terminal the line of the running step
 * counts the seconds; elsewhere (a log file, CI) a line every ten seconds says that it still runs.
 */

/** How often a silent log gets a sign of life, in milliseconds. */
const LOG_INTERVAL = 10_000;

/**
 * @typedef {object} Step
 * @property {(detail: string) => void} detail what it is at now, for example "57 of 130 packages"
 */

export class Progress {
  /** @param {NodeJS.WriteStream} [stream] */
  constructor(stream = process.stderr) {
    this.stream = stream;
    this.live = Boolean(stream.isTTY) && process.env.TERM !== "dumb" && !process.env.CI;
    this.count = 0;
  }

  /** @param {string} text */
  say(text) {
    this.stream.write(`${text}\n`);
  }

  /**
   * Runs one step, showing its title, its progress and how long it took.
   * @template T
   * @param {string} title
   * @param {(step: Step) => Promise<T>} work
   * @returns {Promise<T>}
   */
  async step(title, work) {
    const began = Date.now();
    let detail = "";
    const line = () => `  ${title}${detail ? `: ${detail}` : ""} … ${seconds(Date.now() - began)}`;
    if (!this.live) this.say(`  ${title} …`);
    const draw = this.live
      ? () => this.stream.write(`\r\x1b[2K${line().slice(0, (this.stream.columns || 80) - 1)}`)
      : () => this.say(line());
    const timer = setInterval(draw, this.live ? 200 : LOG_INTERVAL);
    if (this.live) draw();
    let done = false;
    try {
      const result = await work({
        detail: (text) => {
          detail = text;
        },
      });
      done = true;
      return result;
    } finally {
      clearInterval(timer);
      const mark = done ? "✓" : "✗";
      this.say(`${this.live ? "\r\x1b[2K" : ""}${mark} ${title} (${seconds(Date.now() - began)})`);
      this.count += 1;
    }
  }
}

/**
 * @param {number} milliseconds
 * @returns {string} for example "0.4 s", "12 s", "2 min 5 s"
 */
export function seconds(milliseconds) {
  const s = milliseconds / 1000;
  if (s < 10) return `${s.toFixed(1)} s`;
  if (s < 60) return `${Math.round(s)} s`;
  return `${Math.floor(s / 60)} min ${Math.round(s % 60)} s`;
}
