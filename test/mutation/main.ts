import { spawnSync } from 'node:child_process';
import { environmentFor, type Group, groups } from './groups.ts';

/**
 * `npm run test:mutation -- [group …] [options of Stryker]`: without a group, all of them one after another. With
 * `--mutate`, only those files of the group. Fails if a group has a lower score than stryker.config.mjs asks for.
 */
function run(group: Group, options: readonly string[]): boolean {
  const files = options.includes('--mutate') ? [] : ['--mutate', group.mutate.join()];
  const { status } = spawnSync('stryker', ['run', ...files, ...options], {
    stdio: 'inherit',
    env: environmentFor(group),
  });
  return status === 0;
}

const given = process.argv.slice(2);
const first = given.findIndex((one) => one.startsWith('-'));
const names = first === -1 ? given : given.slice(0, first);
const options = first === -1 ? [] : given.slice(first);
const unknown = names.filter((name) => !(name in groups));
if (unknown.length > 0)
  throw new Error(`${unknown.join(', ')} is not a group: ${Object.keys(groups).join(', ')}`);

for (const [name, group] of Object.entries(groups)) {
  if (names.length > 0 && !names.includes(name)) continue;
  process.stdout.write(`${name}: ${group.mutate.join(' ')}\n`);
  if (!run(group, options)) process.exitCode = 1;
}
