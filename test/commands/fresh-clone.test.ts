import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { anAlarm } from '../alarms/an-alarm-handler.ts';
import { failJob } from '../support/aws-ledger.ts';
import { ephemeralsTo, lead, command as slash, waitForButton } from '../support/responder.ts';
import { spellings } from '../support/spellings.ts';
import { until } from '../support/until.ts';
import { createWorld, goldJob, type World } from '../support/world.ts';
import { documentedCommands, packageScripts } from './documented.ts';
import { createFreshClone, type FreshClone } from './fresh-clone.ts';

/** Documented commands and package scripts that this file runs verbatim. */
const runHere = [
  'npm run relight -- playbooks list',
  'npm run demo -- --help',
  'npm run docs',
  'npm run format',
  'npm run docs:pictures investigate',
  'RELIGHT_SCREENSHOTS=docs npx vitest run test/browser/page.test.ts',
  'npm run bench -- --short',
] as const;

/** Commands that other files run, with a text in that file that proves it. */
const runElsewhere: Readonly<Record<string, readonly [file: string, proof: string]>> = {
  'npm test': ['.ci/run', 'npm test'],
  'npm run check': ['.ci/run', 'npm run check'],
  'npm run chaos': ['.ci/run', 'npm run chaos'],
  'CHAOS_SHORT=1 npm run chaos': ['.ci/run', 'CHAOS_SHORT=1 npm run chaos'],
  'npm run score': ['.ci/run', 'npm run -s score'],
  'npm run fuzz': ['test/fuzz/parsers.test.ts', 'npm run fuzz'],
  'npm run test:model': ['.ci/run', 'npm run test:model'],
  'npm run test:mutation': ['.ci/run', 'npm run test:mutation'],
  'npm run bench:clicks': ['.ci/run', 'for bench in alarms clicks idle'],
  'npm run bench:alarms': ['.ci/run', 'for bench in alarms clicks idle'],
  'npm run bench:idle': ['.ci/run', 'for bench in alarms clicks idle'],
  'apt-get update': ['.ci/run', 'apt-get update'],
  'apt-get install': ['.ci/run', 'apt-get install -y'],
  '.ci/run': ['.ci/run', 'passed'],
  'npm run demo': ['test/sandbox/demo.test.ts', 'npm run demo'],
  'RELIGHT_PLAYBOOKS="$PWD" npm': ['test/playbooks/authors-page.test.ts', 'docs/authors.md'],
  'docker compose up': ['test/image/image.test.ts', 'compose.yaml'],
};

/** Values for the placeholders in documented commands. */
const placeholders: readonly (readonly [placeholder: string, value: string])[] = [
  ['--to s3://…', '--to s3://srl-rlvr-training/fixed-data/by-hand/'],
  ['s3://…', 's3://srl-rlvr-training/training-data/gold/'],
  ['<job>', goldJob],
  ['<training job>', goldJob],
  ['<playbook>', 'spot-interruption'],
  ['<id>', 'spot-interruption'],
  ['<incident>', 'rl-nothing'],
  ['[rl-nothing]', 'rl-nothing'],
  ['<reason>', 'a bad image'],
  ['<job or incident>', goldJob],
  ['<folder>', 's3://srl-rlvr-training/checkpoints/'],
  ['<address>', 's3://srl-rlvr-training/checkpoints/checkpoint-100/'],
  ['<fault>', 'no-capacity'],
  ['<drill>', 'drill-nothing'],
  ['<tier>', 'gold'],
  ['<month>', '2026-11'],
  ['<follow-up>', 'rl-nothing-1'],
  ['<request>', '00000000'],
  ['[incident]', 'rl-nothing'],
  ['<step>', 'resumed'],
];
const withValues = (command: string): string =>
  placeholders.reduce((text, [placeholder, value]) => text.replaceAll(placeholder, value), command);
/** Of several choices, none is taken. */
const fill = (command: string): string => withValues(command.replaceAll(/ \[[^\]]*\|[^\]]*\]/g, ''));
/** In every way in which its brackets allow to write it. */
const slashWords = (command: string): readonly string[] =>
  spellings(withValues(command.slice('/relight '.length)));

describe('in a fresh clone', () => {
  let clone: FreshClone;
  let world: World;
  let stop: (() => Promise<unknown>) | undefined;

  beforeAll(async () => {
    clone = await createFreshClone();
    const { code, output } = await clone.run('npm ci');
    expect(code, output).toBe(0);
  });
  afterAll(async () => {
    await stop?.();
    await world?.close();
    await clone?.remove();
  });

  it.each(runHere)('the documented command `%s` works as written', async (command) => {
    const { code, output } = await clone.run(command);

    expect(code, output).toBe(0);
    expect(output).not.toBe('');
  });

  it('the committed generated files are up to date', async () => {
    for (const name of ['docs/playbooks.md', 'package-lock.json', 'bench/package-lock.json'])
      expect(await readFile(join(clone.folder, name), 'utf8'), name).toBe(await readFile(name, 'utf8'));
  });

  it('`npm run build && npx relight start` starts Relight, and every documented command responds', async () => {
    world = await createWorld();
    const environment = { ...world.environment(), PORT: '0', NO_COLOR: '1' };
    await writeFile(join(clone.folder, 'message.json'), anAlarm('ALARM', Date.now(), { job: goldJob }));
    const described = { HyperParameters: { per_device_train_batch_size: '8' } };
    await writeFile(join(clone.folder, 'describe.json'), JSON.stringify(described));
    const started = await clone.start('npm run build && npx relight start', 'relight ready', environment);
    stop = started;
    await failJob(world, goldJob, 'spot-interruption');
    await waitForButton(world, 'step-resumed', 'Resume training');

    const documented = [...documentedCommands()];
    for (const command of documented.filter((one) => /^relight (?!start$)/.test(one))) {
      const { code, output } = await clone.run(`npx ${fill(command)}`, environment);
      expect([0, 1], `${command}: ${output}`).toContain(code);
      expect(output, command).not.toBe('');
    }
    const slashes = documented.filter((one) => one.startsWith('/relight ')).flatMap(slashWords);
    for (const text of new Set(slashes)) {
      const before = (await ephemeralsTo(world, lead)).length;
      await slash(world, lead, text);
      await until(
        async () => (await ephemeralsTo(world, lead)).length > before,
        `a response to /relight ${text}`,
      );
      expect((await ephemeralsTo(world, lead)).at(-1)).not.toContain('There is no `/relight');
    }
    stop = undefined;
    expect((await started()).output).not.toContain('Error');
  });
});

describe('the documented commands', () => {
  it('are all run by a test or by .ci/run', async () => {
    const unknown: string[] = [];
    for (const command of [...documentedCommands(), ...packageScripts()]) {
      const [name, place] =
        Object.entries(runElsewhere).find(([one]) => command === one || command.startsWith(`${one} `)) ?? [];
      if (isRunHere(command)) continue;
      if (name === undefined || !(await readFile(place?.[0] ?? '', 'utf8')).includes(place?.[1] ?? ''))
        unknown.push(command);
    }
    expect(unknown).toEqual([]);
  });

  it('install the same packages for the tests as .ci/run', async () => {
    const line = [...documentedCommands()].find((one) => /^apt-get install .*chromium/.test(one)) ?? '';
    const script = await readFile('.ci/run', 'utf8');

    expect(script).toContain(line.replace('apt-get install -y ', '-y -qq '));
  });

  it.each(['package-lock.json', 'bench/package-lock.json'])(
    'work on every platform because %s contains the packages of all platforms',
    async (file) => {
      const { packages } = Lock.parse(JSON.parse(await readFile(file, 'utf8')));
      const wanted = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
        Object.keys(optionalDependencies).map((name) => ({ path, name })),
      );

      const isThere = (name: string, path: string) =>
        `node_modules/${name}` in packages || `${path}/node_modules/${name}` in packages;
      expect(wanted.length).toBeGreaterThan(0);
      expect(wanted.filter(({ path, name }) => !isThere(name, path))).toEqual([]);
    },
  );
});

const Lock = z.object({
  packages: z.record(
    z.string(),
    z.looseObject({ optionalDependencies: z.record(z.string(), z.string()).optional() }),
  ),
});

/** Whether this file runs a command, possibly with other options or placeholder values. */
function isRunHere(command: string): boolean {
  if (/^(\/?relight|npm ci|rm -rf node_modules|npm run build|npx relight start)\b/.test(command)) return true;
  if (command.startsWith('npm run check:')) return true;
  const [words = ''] = command.split(/ \[| --/);
  return runHere.some((one) => one === command || one.startsWith(`${words} `) || one === words);
}
