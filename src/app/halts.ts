import { readFileSync } from 'node:fs';
import type { Config } from '../config/environment.ts';
import { createHalts, type Halt, type HaltStore, type Halts } from '../incidents/halt/halts.ts';
import { createSpreadHalt } from '../incidents/halt/spread-halt.ts';
import type { Clock } from '../ports/ports.ts';
import type { Core } from './core.ts';

export function haltsIn({ halt }: Pick<Config, 'halt'>, shared: HaltStore, clock: Clock): Halts {
  return createHalts({ shared, local: () => localHalt(halt), clock });
}

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

const noReason = 'no reason given';

/** The halt that this process sees in its environment. The file is read at each call, so that it works at once. */
export function localHalt({ why, file }: Config['halt']): Omit<Halt, 'at'> | undefined {
  if (why !== undefined) return { source: 'variable', why };
  if (file === undefined) return undefined;
  try {
    const [first = ''] = readFileSync(file, 'utf8').trim().split('\n');
    return { source: 'file', why: first.slice(0, 300) || noReason };
  } catch (error) {
    // Only a file that is not there lets changes through.
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR'))
      return undefined;
    return { source: 'file', why: `${file} cannot be read` };
  }
}
