import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const built = fileURLToPath(new URL('.cache/relight/', import.meta.url));

/**
 * Builds Relight as for deployment, once for all processes. Returns the path of its CLI, or of the program that runs it
 * instead.
 */
export function buildRelight(program?: string): string {
  const args = ['--import', 'tsx', 'build.ts', built, ...(program === undefined ? [] : [program])];
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  if (status !== 0) throw new Error(`Relight does not build:\n${stderr}`);
  return `${built}${program === undefined ? 'cli/relight' : 'program'}.js`;
}
