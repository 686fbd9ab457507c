import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';

/** Where and with what the figures were made: without it they say nothing. */
export function machineRows(): readonly (readonly [what: string, is: string])[] {
  return [
    ['Date', new Date().toISOString().slice(0, 16).replace('T', ' ')],
    ['Commit', said('git', ['--no-optional-locks', 'describe', '--always', '--dirty'])],
    ['CPU', `${cpus()[0]?.model.trim() ?? 'unknown'}, ${availableParallelism()} cores`],
    ['Memory', `${Math.round(totalmem() / 2 ** 30)} GiB`],
    [
      'Load when it began',
      loadavg()
        .map((load) => load.toFixed(1))
        .join(', '),
    ],
    ['Node', `${process.version}, V8 ${process.versions.v8}`],
    ['Python', said('python3', ['--version']).replace('Python ', '')],
    ...['@aws-sdk/client-s3', '@duckdb/node-api'].map((name) => [name, versionOf(name)] as const),
  ];
}

function said(command: string, args: readonly string[]): string {
  try {
    return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return 'unknown';
  }
}

/** As it is installed: in the folder of the bench, or else in that of Relight. */
function versionOf(name: string): string {
  for (const folder of ['.', '..'])
    try {
      const file = new URL(`${folder}/node_modules/${name}/package.json`, import.meta.url);
      const { version } = JSON.parse(readFileSync(file, 'utf8')) as { readonly version: string };
      return version;
    } catch {
      // It is not installed in this folder.
    }
  return 'not installed';
}
