import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Builds an earlier version of Relight from the history of the repository, to run beside the present one. */

/** A deployment has many commits. */
const commitsAgo = 50;
const folder = resolve('.cache/previous-version');

/**
 * The commit of the earlier version: `PREVIOUS_VERSION`, or the one of 50 commits ago. Undefined in a checkout without
 * enough history.
 * @example PREVIOUS_VERSION=HEAD~20 npm run chaos -- test/chaos/rolling-upgrade.test.ts
 */
export function previousCommit(): string | undefined {
  const asked = process.env['PREVIOUS_VERSION'];
  if (asked !== undefined) return git('rev-parse', '--verify', `${asked}^{commit}`);
  try {
    const commit = git('rev-parse', '--verify', `HEAD~${commitsAgo}^{commit}`);
    // A version without keys cannot run beside one with keys.
    git('grep', '--quiet', 'RELIGHT_JOURNAL_KEY', commit, '--', 'src/config');
    return commit;
  } catch {
    // A shallow clone, an archive of the sources, or a machine without Git.
    return undefined;
  }
}

export interface EarlierVersion {
  /** The path of its CLI, bundled with the packages that are installed now. */
  readonly program: string;
  /** The path of its example configuration. A newer version may have keys that this one refuses. */
  readonly example: string;
}

export function buildVersion(commit: string): EarlierVersion {
  const sources = join(folder, commit);
  const program = join(sources, 'build/cli/relight.js');
  if (!existsSync(program)) build(commit, sources);
  return { program, example: join(sources, 'relight.example.yaml') };
}

function build(commit: string, sources: string): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(sources, { recursive: true });
  const files = execFileSync('git', ['archive', commit], { maxBuffer: Number.POSITIVE_INFINITY });
  execFileSync('tar', ['-x', '-C', sources], { input: files });
  symlinkSync(resolve('node_modules'), join(sources, 'node_modules'));
  execFileSync(process.execPath, ['--import', 'tsx', 'build.ts', 'build'], {
    cwd: sources,
    stdio: 'inherit',
  });
}

function git(...args: readonly string[]): string {
  return execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
}
