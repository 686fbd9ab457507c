import { createSpreadHalt } from '../../incidents/halt/spread-halt.ts';
import type { Core } from '../core.ts';

/** Tells the channel and the open threads about a halt and about its end. */
export function haltSpreader(core: Omit<Core, 'close'>): () => Promise<void> {
  const { halts, haltStore: shared, store, announce, advance, clock, log } = core;
  return createSpreadHalt({ halts, shared, store, announce, advance, clock, log });
}

const shareEveryMs = 5_000;

/** Keeps the other processes informed of the halt that this process sees. */
export function shareHalts({ halts, log }: Pick<Core, 'halts' | 'log'>): NodeJS.Timeout {
  const share = (): void =>
    void halts
      .share()
      .catch((error: unknown) => log.warn({ error: String(error) }, 'a halt is not shared yet'));
  share();
  return setInterval(share, shareEveryMs);
}
