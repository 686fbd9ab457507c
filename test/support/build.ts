import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Relight as it is shipped: compiled. A test that starts it twenty times would else compile it twenty times. */
export const built = '.cache/relight/cli/relight.js';

/** A module of it, by its path in `src`; for what starts a thread from a file. */
export function builtModule(path: string): URL {
  return pathToFileURL(resolve('.cache/relight', path));
}

/** Runs once before all tests; nothing to do where no source is newer than what stands there. */
export function setup(): void {
  if (existsSync(built) && statSync(built).mtimeMs > newestIn('src')) return;
  execFileSync('node_modules/.bin/tsc', ['-p', 'tsconfig.build.json', '--outDir', '.cache/relight'], {
    stdio: 'inherit',
  });
}

function newestIn(folder: string): number {
  const entries = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return Math.max(...entries.map((name) => statSync(join(folder, name)).mtimeMs));
}
