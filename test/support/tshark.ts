/** Wireshark's judgement of a capture. Where tshark isn't installed, tests say so and skip; never on CI. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const program = "tshark";

/** Is it missing, and may it be? Prints what is skipped then. */
export function withoutTshark(what: string): boolean {
  if (process.env.CI || spawnSync(program, ["--version"]).error === undefined) return false;
  console.log(`skipped: ${what}, because tshark isn't installed`);
  return true;
}

const checksums = ["ip", "udp", "tcp"].flatMap((protocol) => ["-o", `${protocol}.check_checksum:TRUE`]);

/** The lines that tshark prints of this file. Throws when it fails. */
export function tshark(pcap: Uint8Array, ...args: string[]): string[] {
  const folder = mkdtempSync(join(tmpdir(), "fd3-pcap-"));
  try {
    const file = join(folder, "capture.pcap");
    writeFileSync(file, pcap);
    const { stdout, stderr, status } = spawnSync(program, ["-r", file, ...checksums, ...args], { encoding: "utf8" });
    if (status !== 0) throw new Error(`tshark failed: ${stderr}`);
    return stdout.split("\n").filter((line) => line !== "");
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The lines of all frames that are malformed or have a wrong checksum. */
export function faulty(pcap: Uint8Array): string[] {
  const statuses = ["ip", "udp", "tcp", "icmp"].map((protocol) => `${protocol}.checksum.status == 0`);
  return tshark(pcap, "-Y", ["_ws.malformed", ...statuses].join(" || "));
}
