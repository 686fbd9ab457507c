import { readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { seal } from '../../src/audit/chain.ts';
import { createIncidentStore } from '../../src/incidents/journal/store.ts';
import { createRefusedCommands } from '../../src/redis/refused-attempts.ts';
import { anOpening } from '../support/a-journal.ts';
import { chain } from '../support/proofs.ts';
import { restoreRecorded } from '../support/recorded.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';
import { expectOneLine, goodEnvironment, type Ran, runRelight } from '../support/run-relight.ts';

const clock = { now: () => Date.parse('2026-11-02T03:00:00Z') };
const person = { user: 'U0LEAD', via: 'button' } as const;

/** Lines of JSON, as objects. */
const objects = (text: string) =>
  text
    .trim()
    .split('\n')
    .map((line) => z.looseObject({}).parse(JSON.parse(line)));

describe('relight audit export', () => {
  let redis: TestRedis;
  let incident: string;
  const run = async (...args: string[]): Promise<Ran> =>
    runRelight(['audit', 'export', ...args], { ...goodEnvironment, REDIS_URL: redis.url });
  const storeOf = () => createIncidentStore(redis.client, chain, clock);

  beforeEach(async () => {
    redis = await startRedis();
    incident = await restoreRecorded(redis.client, 'spot-interruption-to-its-postmortem');
  });
  afterEach(async () => redis.close());

  it('writes every entry as a line of JSON whose hash can be checked again', async () => {
    const { code, out, err } = await run();

    const stored = await storeOf().journal(incident);
    const lines = objects(out);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(lines).toHaveLength(stored.length);
    for (const { journal, time, hash, proof: _proof, ...entry } of lines) {
      expect({ journal, time }).toEqual({ journal: incident, time: expect.stringMatching(/Z$/) });
      const { hash: again } = seal(
        z.looseObject({ seq: z.number(), at: z.number(), prev: z.string(), event: z.unknown() }).parse(entry),
      );
      expect(again).toBe(hash);
    }
  });

  it('includes refused commands that belong to no incident', async () => {
    const refused = createRefusedCommands(redis.client, chain, clock);
    await refused.add({ type: 'command-refused', command: 'start x job-1', by: person, why: 'no role' });

    const { out } = await run('--format', 'csv');

    expect(out).toContain('"workspace","0","command-refused","U0LEAD","button","refused"');
  });

  it('writes CSV in which no cell is a formula, whatever the names in it', async () => {
    const evil = [
      '=1+1',
      '+1',
      '-1',
      '@SUM(A1)',
      '\t=1',
      '\r=1',
      '=cmd|" /C calc"!A0',
      '＝1',
      '"=1',
      'a\n=2',
    ];
    const store = storeOf();
    for (const [index, why] of evil.entries()) {
      const id = `rl-evil${index}`;
      await store.open([anOpening({ incident: id, job: why })]);
      await store.record(id, () => [{ type: 'refused', by: { user: why, via: 'button' }, why }]);
    }

    const { code, out } = await run('--format', 'csv');

    const cells = cellsOf(out);
    expect(code).toBe(0);
    expect(cells.length).toBeGreaterThan(evil.length * 2);
    expect(new Set(cells.map((row) => row.length))).toEqual(new Set([15]));
    expect(cells.flat().filter((cell) => /^[=+\-@\t\r\n＝＋－＠]/.test(cell))).toEqual([]);
    expect(cells.flat()).toContain("'=1+1");
  });

  it('writes Markdown that shows who did what, the request and its hash', async () => {
    const { out } = await run('--incident', incident, '--format', 'markdown');

    expect(out).toContain(`## Incident ${incident}`);
    expect(out).toMatch(/- \d{4}-\d\d-\d\d \d\d:\d\d:\d\d \*\*U0LEAD\*\*: Resume training: approved/);
    expect(out).toContain('"TrainingJobName"');
    expect(out).toMatch(/request SHA-256 `[0-9a-f]{64}`/);
  });

  it('writes OCSF API Activity with the required attributes of version 1.5.0', async () => {
    const { out } = await run('--format', 'ocsf');

    for (const event of objects(out)) expect(ApiActivity.safeParse(event).error).toBeUndefined();
  });

  it('writes the entries of a time range only, to a file that others cannot read', async () => {
    const file = join(tmpdir(), `relight-trail-${process.pid}.jsonl`);
    const store = storeOf();
    await store.open([anOpening({ incident: 'rl-later' })]);

    const { code, out } = await run('--since', '2026-11-02', '--until', '2026-11-03T00:00Z', '--out', file);

    const written = await readFile(file, 'utf8');
    const { mode } = await stat(file);
    await rm(file);
    expect({ code, out, mode: mode & 0o777 }).toEqual({ code: 0, out: '', mode: 0o600 });
    expect(objects(written).map(({ journal }) => journal)).toEqual(['rl-later']);
  });

  it.each([
    ['changed', async (key: string) => changeEntry(redis, key, 3), 'entry 3 does not match'],
    [
      'deleted',
      async (key: string) => redis.client.lrem(key, 1, (await redis.client.lindex(key, 5)) ?? ''),
      'entry 5 does not match',
    ],
    ['damaged', async (key: string) => redis.client.lset(key, 2, '{'), 'entry 2 cannot be read'],
    ['all gone', async (key: string) => redis.client.del(key), 'it has no entries'],
  ])(
    'ends with exit code 1 and one line that names the journal when an entry was %s',
    async (_, change, says) => {
      await change(`{relight}:journal:${incident}`);

      expectOneLine(await run(), `the journal of ${incident} was changed in Redis: ${says}`);
    },
  );

  it.each([
    [['--incident', 'rl-nothing'], 1, 'There is no such incident: rl-nothing'],
    [['--since', 'yesterday'], 2, 'Give a day or a time, such as 2026-11-01'],
    [['--format', 'xml'], 2, 'Allowed choices are jsonl, csv, markdown, ocsf'],
    [['--out', '/nowhere/trail.csv'], 1, '--out /nowhere/trail.csv'],
  ])('with %j says in one line what is wrong', async (args, code, says) => {
    const ran = await run(...args);

    expect(ran.code).toBe(code);
    expect(ran.err.trim().split('\n')).toHaveLength(1);
    expect(ran.err).toContain(says);
  });
});

async function changeEntry(redis: TestRedis, key: string, index: number): Promise<void> {
  const line = (await redis.client.lindex(key, index)) ?? '';
  const entry = z.looseObject({ at: z.number() }).parse(JSON.parse(line));
  await redis.client.lset(key, index, JSON.stringify({ ...entry, at: entry.at + 1 }));
}

/** Cells of CSV in which every cell is quoted. */
function cellsOf(csv: string): string[][] {
  return csv
    .trimEnd()
    .split('\r\n')
    .map((row) =>
      [...row.matchAll(/"((?:[^"]|"")*)"(?:,|$)/g)].map(([, cell = '']) => cell.replaceAll('""', '"')),
    );
}

/** https://schema.ocsf.io/1.5.0/classes/api_activity: the required attributes and the enumerations that Relight uses. */
const ApiActivity = z.looseObject({
  class_uid: z.literal(6003),
  category_uid: z.literal(6),
  activity_id: z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4), z.literal(99)]),
  type_uid: z.number().min(600_300).max(600_399),
  severity_id: z.literal(1),
  status_id: z.union([z.literal(1), z.literal(2)]),
  time: z.number().int(),
  metadata: z.looseObject({
    version: z.literal('1.5.0'),
    product: z.looseObject({ name: z.string(), vendor_name: z.string() }),
    uid: z.string(),
  }),
  actor: z.union([
    z.looseObject({ app_name: z.string() }),
    z.looseObject({ user: z.looseObject({ uid: z.string() }) }),
  ]),
  api: z.looseObject({ operation: z.string() }),
  src_endpoint: z.looseObject({ svc_name: z.string() }),
});
