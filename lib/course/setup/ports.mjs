// @ts-check
/** Ports of this machine (127.0.0.1): which one JupyterLab will listen on. */
import { createServer } from "node:net";
import { Problem } from "./problem.mjs";

/** Where JupyterLab listens unless told otherwise. */
export const USUAL_PORT = 8888;

/**
 * Can somebody listen there?
 * @param {number} port
 * @returns {Promise<boolean>}
 */
export function isFree(port) {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen({ port, host: "127.0.0.1", exclusive: true }, () => probe.close(() => resolve(true)));
  });
}

/**
 * The port that was asked for, or the first free one from the usual upwards.
 * @param {number | null} asked
 * @param {(line: string) => void} say
 */
export async function choosePort(asked, say) {
  if (asked !== null) {
    if (asked === 0 || (await isFree(asked))) return asked;
    throw new Problem(`Port ${asked} is in use by another program, perhaps by another JupyterLab.`, [
      `Choose another one:        npm run lab -- --port ${asked + 1}`,
      "Or let it find a free one: npm run lab",
    ]);
  }
  for (let port = USUAL_PORT; port < USUAL_PORT + 50; port += 1) {
    if (!(await isFree(port))) continue;
    if (port !== USUAL_PORT) say(`Port ${USUAL_PORT} is in use by another program: JupyterLab takes ${port} instead.`);
    return port;
  }
  throw new Problem(`No free port from ${USUAL_PORT} to ${USUAL_PORT + 49}.`, ["Name one: npm run lab -- --port 9999"]);
}

/**
 * The port that the arguments name: `--port 9999`, `--port=9999`, `--ServerApp.port=9999`; the last one counts.
 * @param {string[]} args
 * @returns {{ port: number | null, rest: string[] }} the port, and the arguments without it
 */
export function takePort(args) {
  /** @type {number | null} */
  let port = null;
  /** @type {string[]} */
  const rest = [];
  for (let i = 0; i < args.length; i += 1) {
    const match = /^--(?:ServerApp\.)?port(?:=(.*))?$/.exec(args[i]);
    if (!match) {
      rest.push(args[i]);
      continue;
    }
    if (match[1] === undefined) i += 1;
    const value = match[1] ?? args[i] ?? "";
    port = Number(value);
    if (!/^\d+$/.test(value) || port > 65_535) {
      throw new Problem(`"${value}" is no port.`, ["A port is a number from 1 to 65535: npm run lab -- --port 9999"]);
    }
  }
  return { port, rest };
}
