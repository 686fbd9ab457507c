import { readFileSync } from 'node:fs';
import type { Config } from '../../config/environment.ts';
import { createHalts, type Halt, type HaltStore, type Halts } from '../../incidents/halt/halts.ts';
import type { Clock } from '../../ports/ports.ts';

export function haltsIn({ halt }: Pick<Config, 'halt'>, shared: HaltStore, clock: Clock): Halts {
  return createHalts({ shared, local: () => localHalt(halt), clock });
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
