import { fileURLToPath } from 'node:url';
import { buildInto } from '../sandbox/built-relight.ts';

const built = fileURLToPath(new URL('.cache/relight/', import.meta.url));

/**
 * Builds Relight as for deployment, once for all processes. Returns the path of its CLI, or of the program that runs it
 * instead.
 */
export function buildRelight(program?: string): string {
  buildInto(built, program);
  return `${built}${program === undefined ? 'cli/relight' : 'program'}.js`;
}
