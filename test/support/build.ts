import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/** The built Relight, as shipped. It is built once for all tests. */
export const built = '.cache/relight/cli/relight.js';

/** A built entry point by its path in `src`, for code that starts a thread from a file. */
export function builtModule(path: string): URL {
  return pathToFileURL(resolve('.cache/relight', path));
}

/** Runs once before all tests, and builds only if a source file is newer than the last build. */
export function setup(): void {
  if (existsSync(built) && statSync(built).mtimeMs > newestOf('src', 'build.ts', 'package-lock.json')) return;
  execFileSync(process.execPath, ['--import', 'tsx', 'build.ts', '.cache/relight'], { stdio: 'inherit' });
}

function newestOf(folder: string, ...files: readonly string[]): number {
  const entries = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) =>
    join(folder, name),
  );
  return Math.max(...[...entries, ...files].map((path) => statSync(path).mtimeMs));
}
