import { built } from '../../../sandbox/built-relight.ts';
import type { RelightProcess, RelightSetup } from '../../../sandbox/relight-process.ts';
import { until } from '../../support/until.ts';

/**
 * Arguments for Node: the built Relight, which writes the bytes in use, after garbage collection, at SIGUSR2. Node counts
 * the buffers that a collection frees until the next one, and they differ by 4 MB, so it collects twice.
 */
export function reportingMemory(): Pick<RelightSetup, 'program'> {
  const preload = `
    process.on('SIGUSR2', () => {
      gc();
      gc();
      const { heapUsed, external } = process.memoryUsage();
      console.log('bytes in use: ' + (heapUsed + external));
    });`;
  return {
    program: ['--expose-gc', '--import', `data:text/javascript,${encodeURIComponent(preload)}`, built],
  };
}

/** The bytes in use of a process that was started with `reportingMemory`. */
export async function memoryInUse({ pid, output }: RelightProcess): Promise<number> {
  const reports = (): readonly number[] =>
    [...output().matchAll(/bytes in use: (\d+)\n/g)].map(([, bytes]) => Number(bytes));
  const before = reports().length;
  process.kill(pid, 'SIGUSR2');
  return until(() => reports()[before], 'the bytes in use');
}
