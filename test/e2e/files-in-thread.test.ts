import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createIncidentStore } from '../../src/incidents/journal/store.ts';
import { createLog } from '../../src/log.ts';
import { createFiles, createKeptFiles } from '../../src/outbox/kept-files.ts';
import { loadCatalog, shippedCatalog } from '../../src/playbooks/catalog.ts';
import { createProducer } from '../../src/queue/producer.ts';
import { anOpening } from '../support/a-journal.ts';
import { chain, payloads } from '../support/proofs.ts';
import { until } from '../support/until.ts';
import { createWorld, getJson, postJson, type World } from '../support/world.ts';

/** The bot process has no AWS permissions. */
const noAws = {
  environment: { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '', AWS_ENDPOINT_URL: 'http://127.0.0.1:9' },
};
const clock = { now: () => Date.now() };

const Ledger = z.object({
  messages: z.array(z.object({ files: z.array(z.object({ name: z.string() })).default([]) })),
  calls: z.record(z.string(), z.number()),
});

describe('files in the thread', () => {
  let world: World;

  beforeEach(async () => {
    world = await createWorld();
  });
  afterEach(async () => world.close());

  const ledger = async (): Promise<z.infer<typeof Ledger>> =>
    Ledger.parse(await getJson(`${world.slack.url}/_sandbox/ledger`));

  /** Does what a worker does: stores the bytes in Redis and the result in the journal, and enqueues a delivery. */
  async function stepDoneWithFiles(): Promise<void> {
    const redis = world.redis.client;
    const store = createIncidentStore(redis, chain, clock);
    const files = createFiles(createKeptFiles(redis, clock), undefined);
    const [entry] = (await loadCatalog([shippedCatalog])).list;
    const steps = entry?.playbook.steps.map(({ key }) => key) ?? [];
    const [step = ''] = steps;
    const kept = [
      await files.keep('gpu-memory.png', 'image/png', new Uint8Array(200_000).fill(7)),
      await files.keep('what-happened.md', 'text/markdown', new TextEncoder().encode('# What happened')),
    ];
    const opening = anOpening();
    await store.open([
      opening,
      { type: 'playbook-started', playbook: entry?.id ?? '', steps },
      { type: 'step-done', step, attempt: 1, result: { files: kept } },
    ]);
    const producer = createProducer(redis, createLog('silent'), payloads);
    await producer.deliver(opening.incident);
    await producer.close();
  }

  it('are posted once even if the process is killed right after it asked Slack to post them', async () => {
    const first = await world.start('bot', noAws);
    const held = { method: 'files.completeUploadExternal', kind: 'hold' };
    await postJson(`${world.slack.url}/_sandbox/faults`, held);
    await stepDoneWithFiles();
    const called = async (method: string): Promise<boolean> => ((await ledger()).calls[method] ?? 0) > 0;
    await until(async () => called('files.completeUploadExternal'), 'the call');

    await first.kill();
    await postJson(`${world.slack.url}/_sandbox/release`, {});
    await until(
      async () => (await ledger()).messages.some(({ files }) => files.length > 0),
      'Slack to post them',
    );
    await world.start('bot', noAws);

    await until(async () => called('conversations.replies'), 'the second process to look for them');
    expect((await ledger()).messages.flatMap(({ files }) => files.map(({ name }) => name))).toEqual([
      'gpu-memory.png',
      'what-happened.md',
    ]);
    expect(await ledger()).toMatchObject({ calls: { 'files.completeUploadExternal': 1, upload: 2 } });
  });
});
