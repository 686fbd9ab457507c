import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { environmentOf } from '../../sandbox/relight-process.ts';
import { addFault } from '../support/aws-ledger.ts';
import { type Ran, runRelight } from '../support/run-relight.ts';
import { createWorld, postJson, type World } from '../support/world.ts';

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

  it('checks the topics in relight.yaml and reports why their alarms do not arrive', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'relight-doctor-'));
    const config = join(folder, 'relight.yaml');
    const topics = `sns:\n  topics: ["arn:aws:sns:us-east-1:000000000000:ml-incidents"]\n`;
    await writeFile(config, `${await readFile('relight.example.yaml', 'utf8')}\n${topics}`);

    const { out, code } = await doctor({ RELIGHT_CONFIG: config });
    await rm(folder, { recursive: true });

    expect(code).toBe(1);
    expect(out).toMatch(/^BAD aws: sns:ListSubscriptionsByTopic .*\n.*subscribe https:/m);
  });

  it('passes every check except those that the sandbox cannot satisfy, and lists what it could not probe', async () => {
    const { out, code } = await doctor();

    expect(out.match(/^BAD.*/gm) ?? []).toEqual([]);
    expect(code).toBe(0);
    expect(out).toMatch(/^ok {2}slack: /m);
    expect(out).toMatch(/^ok {2}redis: maxmemory-policy noeviction/m);
    expect(out).toMatch(
      /^ok {2}aws: cloudwatch:DescribeAlarms \(an alarm matches TrainingJobInterrupted\*\)/m,
    );
    expect(out).toMatch(/^ - {2}aws: sagemaker:CreateTrainingJob .*\n {6}not checked: it would cost money/m);
  });

  it('says what changes run with: opens a session of the actor role, or says that it is not set', async () => {
    const role = 'arn:aws:iam::123456789012:role/relight-actor';
    const without = await doctor();
    const trusted = await doctor({ RELIGHT_ACTOR_ROLE_ARN: role });
    await postJson(`${world.region.url}/_sandbox/actor-role`, { refuses: ['sts:TagSession'] });
    const untrusted = await doctor({ RELIGHT_ACTOR_ROLE_ARN: role });

    expect(without.out).toMatch(
      /^ - {2}aws: sts:AssumeRole .*\n {6}not checked: RELIGHT_ACTOR_ROLE_ARN is not set, .*CloudTrail does not show who/m,
    );
    for (const permission of ['AssumeRole', 'TagSession', 'SetSourceIdentity'])
      expect(trusted.out).toMatch(new RegExp(`^ok {2}aws: sts:${permission} `, 'm'));
    expect(untrusted.code).toBe(1);
    expect(untrusted.out).toMatch(/^BAD aws: sts:TagSession .*\n.*Add the permission sts:TagSession/m);
    expect(untrusted.out).toMatch(/^ok {2}aws: sts:SetSourceIdentity /m);
  });

  it('passes for a bot and for a worker that have only their roles of deploy/iam', async () => {
    const as = async (role: string, key: string): Promise<Ran> =>
      doctor({ RELIGHT_ROLE: role, AWS_ACCESS_KEY_ID: key });
    const ran = [await as('bot', 'AKIARELIGHTBOT'), await as('worker', 'AKIARELIGHTOBSERVER')];

    for (const { out, code } of ran) {
      expect(out.match(/^BAD.*\n.*/gm) ?? []).toEqual([]);
      expect(code).toBe(0);
    }
    // With the role of a bot, a worker could not work.
    expect((await as('worker', 'AKIARELIGHTBOT')).out).toMatch(
      /^BAD aws: sagemaker:ListTrainingJobs .*\n.*Add the permission sagemaker:ListTrainingJobs/m,
    );
  });

  it('says how to fix a wrong token, a missing permission, a Redis that evicts keys and a Redis without persistence', async () => {
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

  it('reports every well-formed but wrong value with a remedy that names the variable or key', async () => {
    const occupant = createServer((_, response) => response.end('somebody else'));
    await new Promise<void>((resolve) => occupant.listen(0, () => resolve()));
    const port = (occupant.address() as AddressInfo).port;
    const folder = await mkdtemp(join(tmpdir(), 'relight-doctor-'));
    const config = join(folder, 'relight.yaml');
    const wrong = (await readFile('relight.example.yaml', 'utf8'))
      .replace('recovery: s3://srl-rlvr-training/', 'recovery: s3://no-such-recovery/')
      .replace('fixed_data: s3://srl-rlvr-training/', 'fixed_data: s3://no-such-data/')
      .replace('users: [U0LEAD, U0LEAD2]', 'users: [U0LEFT]')
      .replace('role: lead, approvals: 1', 'role: lead, approvals: 5')
      .replace('groups: [S0RESPOND]', 'groups: [S0NOBODY]')
      .replace('alarm: "srl-rlvr-*-prod-*"', 'alarm: "srl-rlvr-*-production-*"');
    await writeFile(config, wrong);

    const { out, code } = await doctor({
      RELIGHT_CONFIG: config,
      SLACK_APP_TOKEN: 'xapp-of-another-app',
      ALARM_QUEUE_URL: 'https://sqs.eu-west-1.amazonaws.com/123456789012/alarms',
      AUDIT_BUCKET: 'no-such-vault',
      RELIGHT_PLAYBOOKS: join(folder, 'playbooks'),
      PORT: String(port),
    });
    occupant.close();
    await rm(folder, { recursive: true });

    expect(code).toBe(1);
    for (const finding of [
      /^BAD slack: SLACK_APP_TOKEN .*\n.*Slack rejects SLACK_APP_TOKEN.*connections:write/m,
      /^BAD slack: U0LEFT .*\n.*`roles` in relight\.yaml names U0LEFT, who does not exist in Slack/m,
      /^BAD slack: .*S0NOBODY .*\n.*Correct its id under `roles`/m,
      /^BAD slack: enough people .* tier gold\n.*5 different people with the role lead, and Slack has only \d/m,
      /^BAD machine: PORT .*\n.*in use by another program; set PORT/m,
      /^BAD machine: RELIGHT_PLAYBOOKS.*\n.*playbooks/m,
      /^BAD aws: sqs:GetQueueAttributes .*\n.*queue in eu-west-1, but AWS_REGION is us-east-1/m,
      /^BAD aws: s3:ListBucket \(list s3:\/\/no-such-recovery.*\n.*Correct s3\.recovery in relight\.yaml/m,
      /^BAD aws: s3:ListBucket \(list s3:\/\/no-such-data.*\n.*Correct s3\.fixed_data in relight\.yaml/m,
      /^BAD aws: s3:PutObject \(write once to s3:\/\/no-such-vault\)\n.*Correct AUDIT_BUCKET/m,
      /^BAD aws: cloudwatch:DescribeAlarms .*production.*\n.*`alarms` in relight\.yaml/m,
    ])
      expect(out).toMatch(finding);
    // There are no buttons in a shell.
    expect(out).not.toMatch(/press Try again|start again\./i);
  });

  it('reports a Redis replica as read-only and a full Redis as refusing writes', async () => {
    await world.redis.client.config('SET', 'maxmemory', '1mb');
    await world.redis.client.replicaof('127.0.0.1', '1');

    const { out } = await doctor();

    expect(out).toMatch(/^BAD redis: takes writes\n.*REDIS_URL points at a replica/m);
    expect(out).toMatch(/^BAD redis: room in memory\n.*% of its maxmemory/m);
  });
});
