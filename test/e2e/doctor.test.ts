import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { environmentOf } from '../../sandbox/relight-process.ts';
import { addFault } from '../support/aws-ledger.ts';
import { type Ran, runRelight } from '../support/run-relight.ts';
import { createWorld, type World } from '../support/world.ts';

describe('relight doctor', () => {
  let world: World;

  beforeEach(async () => {
    world = await createWorld();
  });
  afterEach(async () => world.close());

  function doctor(changes: Readonly<Record<string, string>> = {}): Promise<Ran> {
    const { slack, region, redis } = world;
    const setup = {
      slackUrl: slack.url,
      awsUrl: region.url,
      queueUrl: region.queueUrl,
      redisUrl: redis.url,
      port: 0,
      role: 'all',
      config: 'relight.example.yaml',
    } as const;
    return runRelight(['doctor'], { ...environmentOf(setup), ...changes });
  }

  it('looks at the topics that relight.yaml names, and says what keeps their alarms away', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'relight-doctor-'));
    const config = join(folder, 'relight.yaml');
    const topics = `sns:\n  topics: ["arn:aws:sns:us-east-1:000000000000:ml-incidents"]\n`;
    await writeFile(config, `${await readFile('relight.example.yaml', 'utf8')}\n${topics}`);

    const { out, code } = await doctor({ RELIGHT_CONFIG: config });
    await rm(folder, { recursive: true });

    expect(code).toBe(1);
    expect(out).toMatch(/^BAD aws: sns:ListSubscriptionsByTopic .*\n.*subscribe https:/m);
  });

  it('finds everything good but what only the sandbox lacks, and says what it could not try', async () => {
    const { out, code } = await doctor();

    expect(out.match(/^BAD.*/gm) ?? []).toEqual([]);
    expect(code).toBe(0);
    expect(out).toMatch(/^ok {2}slack: /m);
    expect(out).toMatch(/^ok {2}redis: maxmemory-policy noeviction/m);
    expect(out).toMatch(
      /^ok {2}aws: cloudwatch:DescribeAlarms \(an alarm is named TrainingJobInterrupted\*\)/m,
    );
    expect(out).toMatch(/^ - {2}aws: sagemaker:CreateTrainingJob .*\n {6}it would cost money/m);
  });

  it('says how to mend a wrong token, a missing permission, an evicting Redis and a Redis without a file', async () => {
    await world.redis.client.config('SET', 'maxmemory-policy', 'allkeys-lru');
    await world.redis.client.config('SET', 'appendonly', 'no');
    await addFault(world, {
      service: 'logs',
      operation: 'DescribeLogStreams',
      kind: 'access-denied',
      count: 9,
    });
    const { out, code } = await doctor({ SLACK_BOT_TOKEN: 'xoxb-somebody-elses' });

    expect(code).toBe(1);
    expect(out).toMatch(/BAD slack: .*\n.*SLACK_BOT_TOKEN/);
    expect(out).toMatch(/BAD aws: logs:DescribeLogStreams.*\n.*Add the permission/);
    expect(out).toMatch(/BAD redis: maxmemory-policy noeviction\n.*config set maxmemory-policy noeviction/);
    expect(out).toMatch(/BAD redis: append-only file\n.*config set appendonly yes/);
    expect(out).not.toContain('xoxb-somebody-elses');
  });
});
