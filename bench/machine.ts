import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';

/** The machine and versions that the figures depend on. */
export function machineRows(): readonly (readonly [what: string, is: string])[] {
  return [
    ['Date', new Date().toISOString().slice(0, 16).replace('T', ' ')],
    ['Commit', outputOf('git', ['--no-optional-locks', 'describe', '--always', '--dirty'])],
    ['CPU', `${cpus()[0]?.model.trim() ?? 'unknown'}, ${availableParallelism()} cores`],
    ['Memory', `${Math.round(totalmem() / 2 ** 30)} GiB`],
    [
      'Load at the start',
      loadavg()
        .map((load) => load.toFixed(1))
        .join(', '),
    ],
    ['Node', `${process.version}, V8 ${process.versions.v8}`],
    ['Python', outputOf('python3', ['--version']).replace('Python ', '')],
    ...['@aws-sdk/client-s3', '@duckdb/node-api'].map((name) => [name, versionOf(name)] as const),
  ];
}

function outputOf(command: string, args: readonly string[]): string {
  try {
    return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return 'unknown';
  }
}

/** The installed version, in bench/node_modules or in the root node_modules. */
function versionOf(name: string): string {
  for (const folder of ['.', '..'])
    try {
      const file = new URL(`${folder}/node_modules/${name}/package.json`, import.meta.url);
      const { version } = JSON.parse(readFileSync(file, 'utf8')) as { readonly version: string };
      return version;
    } catch {
      // Not installed in this folder.
    }
  return 'not installed';
}
