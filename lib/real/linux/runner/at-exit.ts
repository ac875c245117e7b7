/** What must not outlive the notebook's process, when it exits in the middle of a run. */
const cleanups = new Set<() => void>();
let registered = false;

/** Arranges for a clean-up at exit. Call the result when it is no longer needed. */
export function atExit(cleanup: () => void): () => void {
  if (!registered) {
    process.once("exit", () => {
      for (const each of cleanups) each();
    });
  }
  registered = true;
  cleanups.add(cleanup);
  return () => cleanups.delete(cleanup);
}
