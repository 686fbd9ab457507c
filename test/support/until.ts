/**
 * How long a test waits for what must come. Generous, as it costs nothing where all is well: on a machine with other
 * work, a start that takes 2 s alone has taken 40 s.
 */
export const patienceMs = 120_000;

/** Waits for a condition: gives back the first value that is not empty, or fails saying what was awaited. */
export async function until<T>(
  probe: () => Promise<T | undefined | false | null> | T | undefined | false | null,
  what: string,
  timeoutMs = patienceMs,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const value = await probe();
    if (value !== undefined && value !== false && value !== null) return value;
    if (Date.now() > deadline) throw new Error(`waited ${timeoutMs} ms in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
