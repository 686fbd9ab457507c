import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const built = fileURLToPath(new URL('.cache/relight/', import.meta.url));

/** Compiles Relight as for deployment, once for all processes. Returns the path of its CLI. */
export function buildRelight(): string {
  const args = ['--no-install', 'tsc', '-p', 'tsconfig.build.json', '--outDir', built];
  const { status, stdout } = spawnSync('npx', args, { cwd: root, encoding: 'utf8' });
  if (status !== 0) throw new Error(`Relight does not compile:\n${stdout}`);
  return `${built}cli/relight.js`;
}
