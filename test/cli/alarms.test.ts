import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createDeadLetters } from '../../src/redis/dead-letters.ts';
import { aJobEvent, anAlarm, began } from '../alarms/an-alarm-handler.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';
import { goodEnvironment, runRelight } from '../support/run-relight.ts';

describe('relight alarms', () => {
  let redis: TestRedis;
  const run = async (...args: readonly string[]) =>
    runRelight(['alarms', ...args], { ...goodEnvironment, REDIS_URL: redis.url });
  const keep = async (id: string, body: string, at = began) =>
    createDeadLetters(redis.client).keep({ id, at, body, reason: 'nobody understood it', path: 'sqs' });

  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(async () => redis.close());
  beforeEach(async () => void (await redis.client.flushall()));

  it('dead lists the dead letters, oldest first, with the reason, and exits with 1', async () => {
    await keep('m-2', '{"half": ', began + 1);
    await keep('m-1', 'hello');

    const { code, out } = await run('dead');
    expect(code).toBe(1);
    expect(out.split('\n').filter((line) => line.includes('m-'))).toEqual([
      expect.stringContaining('m-1'),
      expect.stringContaining('m-2'),
    ]);
    expect(out).toContain('nobody understood it');
    const { out: json } = await run('dead', '--json');
    expect(JSON.parse(json)).toMatchObject([{ id: 'm-1', body: 'hello', path: 'sqs' }, { id: 'm-2' }]);
  });

  it('dead reports that there are none and exits with 0', async () => {
    expect(await run('dead')).toMatchObject({ code: 0, out: 'There are no dead letters.\n' });
  });

  it('replay opens incidents for messages that are now valid, and keeps the rest', async () => {
    await keep('good', aJobEvent('Failed', 'Failed', began));
    await keep('bad', '{"half": ', began + 1);

    expect(await run('replay', '--all')).toMatchObject({ code: 1, out: 'good: opened\nbad: kept\n' });
    expect((await createDeadLetters(redis.client).all()).map(({ id }) => id)).toEqual(['bad']);
    expect(await redis.client.zcard('{relight}:incidents:open')).toBe(1);
  });

  it('replay only processes the named messages and reports unknown ones', async () => {
    await keep('one', anAlarm('ALARM', began));
    await keep('other', anAlarm('ALARM', began));

    expect(await run('replay', 'one', 'none')).toMatchObject({
      code: 1,
      out: 'none: unknown\none: opened\n',
    });
    expect(await createDeadLetters(redis.client).count()).toBe(1);
  });

  it('replay needs message IDs or --all', async () => {
    expect(await run('replay')).toMatchObject({ code: 2, err: expect.stringContaining('or use --all') });
  });
});

describe('relight config check --event', () => {
  const folder = mkdtempSync(join(tmpdir(), 'relight-event-'));
  const check = async (body: string, ...args: readonly string[]) => {
    const path = join(folder, 'event.json');
    writeFileSync(path, body);
    return runRelight(['config', 'check', '--event', path, ...args], {
      RELIGHT_CONFIG: 'relight.example.yaml',
    });
  };
  afterAll(() => rmSync(folder, { recursive: true }));

  it('shows which rule applies and what would open', async () => {
    const { code, out } = await check(anAlarm('ALARM', began));

    expect(code).toBe(0);
    expect(out).toContain('the rule TrainingJobInterrupted* (alarms.0 in relight.yaml)');
    expect(out).toContain('job: srl-rlvr-gold-1');
    expect(out).toContain('tier: gold');
    expect(out).toContain('playbook: spot-interruption');
  });

  it('shows when a built-in rule applies', async () => {
    const { out } = await check(anAlarm('ALARM', began, { name: 'TrainingJobMemoryUsage-gold' }), '--json');

    expect(JSON.parse(out)).toMatchObject({
      outcome: 'opens',
      kind: 'oom_gpu',
      why: expect.stringContaining('built in'),
    });
  });

  it('shows that a maintenance window holds back the thread', async () => {
    const window = { name: 'Upgrade', starts: new Date(Date.now() - 60_000).toISOString(), minutes: 60 };
    const yaml = readFileSync('relight.example.yaml', 'utf8');
    const file = join(folder, 'maintained.yaml');
    writeFileSync(file, yaml.replace('maintenance: []', `maintenance: [${JSON.stringify(window)}]`));

    const { code, out } = await check(anAlarm('ALARM', began), '--file', file);

    expect(code).toBe(0);
    expect(out).toMatch(/held: until \S+Z: Upgrade/);
  });

  it.each([
    ['an alarm that is OK again', anAlarm('OK', began), 0, 'the alarm is OK'],
    ['a job that is still running', aJobEvent('InProgress', 'Training', began), 0, 'Opens nothing'],
    ['a job without a tier', aJobEvent('Failed', 'Failed', began, 'experiment-7'), 1, 'under `tiers`'],
    ['an invalid message', '{"half": ', 1, 'Is kept as a dead letter: the message is not JSON'],
  ])('explains %s', async (_, body, code, words) => {
    expect(await check(body)).toMatchObject({ code, out: expect.stringContaining(words) });
  });

  it('prints one line when the message cannot be read', async () => {
    const { code, err } = await runRelight(['config', 'check', '--event', 'nowhere.json'], {
      RELIGHT_CONFIG: 'relight.example.yaml',
    });

    expect(code).toBe(1);
    expect(err).toMatch(/^relight: .*nowhere\.json cannot be read.*\n$/);
  });
});
