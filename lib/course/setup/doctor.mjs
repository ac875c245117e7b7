// @ts-check
/** `npm run doctor`: what this machine has of what the course can use, and how to get the rest. */
import { findings } from "./checks.mjs";
import { root } from "./paths.mjs";

const help = `npm run doctor [-- --json]

Tells what this machine has: what is required, what the set-up makes, and extras that make the course richer. Changes
nothing. The exit status is 0 unless something required is missing.
`;

/** @type {Record<import("./checks.mjs").Finding["kind"], string>} */
const headings = {
  required: "Required",
  "set-up": "Made by the set-up (npm run lab)",
  extra: "Extras",
};

/** @param {string[]} args */
export async function main(args) {
  if (args.includes("--help") || args.includes("-h")) {
    process.stdout.write(help);
    return 0;
  }
  const unknown = args.filter((arg) => arg !== "--json");
  if (unknown.length > 0) {
    process.stderr.write(`Unknown argument: ${unknown.join(" ")}\n\n${help}`);
    return 2;
  }
  const found = await findings(root);
  process.stdout.write(args.includes("--json") ? `${JSON.stringify(found, null, 2)}\n` : report(found));
  return found.some((finding) => finding.kind === "required" && !finding.ok) ? 1 : 0;
}

/** @param {import("./checks.mjs").Finding[]} found */
export function report(found) {
  const lines = [];
  for (const kind of /** @type {const} */ (["required", "set-up", "extra"])) {
    lines.push(headings[kind]);
    for (const { name, ok, detail, use, how } of found.filter((finding) => finding.kind === kind)) {
      const mark = ok ? "✓" : kind === "required" ? "✗" : "–";
      lines.push(`  ${mark} ${name}: ${detail}`);
      if (!ok && use) lines.push(`      for: ${use}`);
      if (!ok && how) lines.push(`      get it: ${how}`);
    }
  }
  const missing = found.filter((finding) => finding.kind === "required" && !finding.ok).map((finding) => finding.name);
  const verdict =
    missing.length > 0
      ? `Missing and required: ${missing.join(", ")}.`
      : "Everything required is here. Start with: npm run lab";
  return `${lines.join("\n")}\n\n${verdict}\n`;
}
