/**
 * The flags of open(2) whose numbers differ on arm64 (arch/arm64/include/uapi/asm/fcntl.h). lib/sys has those of x86-64, so there
 * is nothing to do on that machine.
 */
const PAIRS: readonly (readonly [x64: number, arm64: number])[] = [
  [0o40000, 0o200000], // O_DIRECT
  [0o100000, 0o400000], // O_LARGEFILE
  [0o200000, 0o40000], // O_DIRECTORY
  [0o400000, 0o100000], // O_NOFOLLOW
];
const DIFFERENT = PAIRS.reduce((bits, [x64]) => bits | x64, 0);

export function flagsToReal(flags: number): number {
  if (process.arch !== "arm64") return flags;
  return PAIRS.reduce((bits, [x64, arm64]) => ((flags & x64) !== 0 ? bits | arm64 : bits), flags & ~DIFFERENT);
}

export function flagsFromReal(flags: number): number {
  if (process.arch !== "arm64") return flags;
  return PAIRS.reduce((bits, [x64, arm64]) => ((flags & arm64) !== 0 ? bits | x64 : bits), flags & ~DIFFERENT);
}
