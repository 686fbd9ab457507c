import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startRedis } from '../support/redis.ts';
import { expectOneLine, goodEnvironment, runRelight } from '../support/run-relight.ts';
import { example } from './wrong-configs.ts';

const folder = mkdtempSync(join(tmpdir(), 'relight-cli-'));

function aFile(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

describe('relight start prints one line with a remedy when something is wrong:', () => {
  it.each([
    ['SLACK_BOT_TOKEN', '', 'is required'],
    ['SLACK_BOT_TOKEN', 'xapp-wrong-kind', 'must be a bot token'],
    ['SLACK_APP_TOKEN', '', 'SLACK_SIGNING_SECRET is required in HTTP mode'],
    ['REDIS_URL', '', 'is required: e.g. redis://localhost:6379'],
    ['REDIS_URL', 'localhost:6379', 'must look like redis://host:6379'],
    ['AWS_REGION', 'mars', 'must be a Region such as us-east-1'],
    ['AUDIT_BUCKET', '', 'RELIGHT_AUDIT=journal-only to run without one'],
    ['RELIGHT_PAGING_KEY', 'two words', 'must be the integration key (routing key)'],
    ['RELIGHT_ROLE', 'king', 'must be all, bot or worker'],
    ['PORT', 'eighty', 'must be a port number'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'localhost:4318', 'must be the URL of an OTLP/HTTP endpoint'],
    ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'grpc://otel:4317', 'such as http://localhost:4318'],
    ['RELIGHT_CONFIG', '/nowhere/relight.yaml', 'copy relight.example.yaml there'],
  ])('%s=%s', async (variable, value, remedy) => {
    expectOneLine(await runRelight(['start'], { ...goodEnvironment, [variable]: value }), variable, remedy);
  });

  it('an on-call tool without its key', async () => {
    const paging = 'paging: { url: "https://events.eu.pagerduty.com/v2/enqueue" }';
    const path = aFile('relight.yaml', `${example}\n${paging}\n`);

    expectOneLine(
      await runRelight(['start'], { ...goodEnvironment, RELIGHT_CONFIG: path }),
      'RELIGHT_PAGING_KEY is required',
      'set the integration key, or remove `paging`',
    );
  });

  it('Redis does not answer', async () => {
    expectOneLine(
      await runRelight(['start'], goodEnvironment),
      'Redis does not answer',
      'redis://127.0.0.1:1',
      'Start Redis or correct REDIS_URL',
    );
  });

  it('Redis may evict keys', async () => {
    const redis = await startRedis(['--maxmemory-policy', 'allkeys-lru']);
    const ran = await runRelight(['start'], { ...goodEnvironment, REDIS_URL: redis.url });
    await redis.close();

    expectOneLine(ran, 'maxmemory-policy is allkeys-lru', 'config set maxmemory-policy noeviction');
  });

  it('Redis has no append-only file', async () => {
    const redis = await startRedis();
    const ran = await runRelight(['start'], { ...goodEnvironment, REDIS_URL: redis.url });
    await redis.close();

    expectOneLine(ran, 'would lose open incidents', 'appendonly is off', 'config set appendonly yes');
  });

  it('Redis is a replica', async () => {
    const redis = await startRedis(['--replicaof', '127.0.0.1 1']);
    const ran = await runRelight(['start'], { ...goodEnvironment, REDIS_URL: redis.url });
    await redis.close();

    expectOneLine(
      ran,
      'Redis accepts no writes',
      'a replica of 127.0.0.1:1',
      'Point REDIS_URL at the primary',
    );
  });

  it.each([
    ['is not YAML', 'tiers: [', 'is not YAML'],
    ['lacks a field', 'incident_channel: C0INCIDENT\n', 'tiers'],
    ['has a misspelled key', 'incident_chanel: C0INCIDENT\n', 'incident_chanel'],
    [
      'has a channel name instead of its ID',
      'incident_channel: "#ml-incidents"\n',
      'must be a Slack channel ID',
    ],
  ])('relight.yaml %s', async (_, text, remedy) => {
    const path = aFile('relight.yaml', text);

    expectOneLine(await runRelight(['start'], { ...goodEnvironment, RELIGHT_CONFIG: path }), path, remedy);
  });
});

describe('the command line', () => {
  it('lists every configuration problem at once, one per line', async () => {
    const { code, out } = await runRelight(['config', 'check'], { RELIGHT_CONFIG: 'relight.example.yaml' });

    expect(code).toBe(1);
    for (const variable of ['SLACK_BOT_TOKEN', 'REDIS_URL', 'AWS_REGION'])
      expect(out).toMatch(new RegExp(`^${variable} is required`, 'm'));
  });

  it('accepts the example configuration', async () => {
    expect(await runRelight(['config', 'check', '--file', 'relight.example.yaml', '--json'])).toMatchObject({
      code: 0,
      out: expect.stringContaining('"ok": true'),
    });
  });

  it('lists and shows the built-in playbooks', async () => {
    const listed = await runRelight(['playbooks', 'list', '--json']);
    const shown = await runRelight(['playbooks', 'show', 'spot-interruption']);
    const unknown = await runRelight(['playbooks', 'show', 'nothing']);

    expect(JSON.parse(listed.out)).toContainEqual(expect.objectContaining({ id: 'spot-interruption' }));
    expect(shown.out).toMatch(/resumed \(change\) Resume training/);
    expect(unknown).toMatchObject({
      code: 1,
      err: expect.stringContaining('There is no such playbook: nothing'),
    });
  });

  it('exits with 2 on a usage error', async () => {
    expect(await runRelight(['strat'])).toMatchObject({ code: 2 });
  });
});
