import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildRelight } from '../../sandbox/built-relight.ts';

/** A built entry point by its path in `src`, for code that starts a thread from a file. */
export function builtModule(path: string): URL {
  return pathToFileURL(resolve('.cache/relight', path));
}

/** Runs once before all tests. */
export function setup(): void {
  buildRelight();
}
