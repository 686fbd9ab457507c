import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/** The compiled Relight, as shipped. It is compiled once for all tests. */
export const built = '.cache/relight/cli/relight.js';

/** A compiled module by its path in `src`, for code that starts a thread from a file. */
export function builtModule(path: string): URL {
  return pathToFileURL(resolve('.cache/relight', path));
}

/** Runs once before all tests, and compiles only if a source file is newer than the last build. */
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
