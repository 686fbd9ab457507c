import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The CLI of the built Relight, as shipped, by its path in the repository. */
export const built = '.cache/relight/cli/relight.js';

/**
 * Builds Relight if a source file is newer than the last build. A build starts in a quarter of the CPU time of the
 * sources.
 */
export function buildRelight(): void {
  const last = join(root, built);
  if (existsSync(last) && statSync(last).mtimeMs > newest()) return;
  buildInto('.cache/relight');
}

/** `program`: a TypeScript file that runs Relight in its own way; it becomes `program.js` in the folder. */
export function buildInto(folder: string, program?: string): void {
  const args = ['--import', 'tsx', 'build.ts', folder, ...(program === undefined ? [] : [program])];
  execFileSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
}

function newest(): number {
  const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' });
  const names = ['build.ts', 'package-lock.json', ...sources.map((name) => join('src', name))];
  return Math.max(...names.map((name) => statSync(join(root, name)).mtimeMs));
}
