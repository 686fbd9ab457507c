/**
 * The default timeout. It is generous because it costs nothing when all is well: on a busy machine, a start that usually
 * takes 2 s has taken 40 s.
 */
export const patienceMs = 240_000;

/** Most waits end at once or take seconds, and each probe of a ledger takes CPU time from the two cores. */
const [firstPauseMs, maxPauseMs, growth] = [20, 150, 1.25];

/** Polls until `probe` returns a value, and returns it; on timeout, the error says what was awaited. */
export async function until<T>(
  probe: () => Promise<T | undefined | false | null> | T | undefined | false | null,
  what: string,
  timeoutMs = patienceMs,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(maxPauseMs, pauseMs * growth)) {
    const value = await probe();
    if (value !== undefined && value !== false && value !== null) return value;
    if (Date.now() > deadline) throw new Error(`timed out after ${timeoutMs} ms waiting for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}
