import type { Log } from '../log.ts';

export type Warn = (what: string, fields: Readonly<Record<string, unknown>>) => void;

const quietMs = 60_000;

/**
 * Anyone can post to a webhook, so a flood must not fill the disk: each kind of warning gets one line a minute, and the
 * next line of its kind says how many were left unsaid. `what` is one of a few fixed texts, never a sender's words.
 */
export function createWarnings(log: Log, now: () => number): Warn {
  const kinds = new Map<string, { readonly quietUntil: number; unsaid: number }>();
  return (what, fields) => {
    const last = kinds.get(what);
    if (last !== undefined && now() < last.quietUntil) {
      last.unsaid += 1;
      return;
    }
    kinds.set(what, { quietUntil: now() + quietMs, unsaid: 0 });
    log.warn({ ...fields, unsaid: last?.unsaid ?? 0 }, what);
  };
}
