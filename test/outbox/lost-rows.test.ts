import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createOutboxRows } from '../../src/outbox/rows.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';

describe('the record of a message in Slack', () => {
  let redis: TestRedis;

  beforeEach(async () => {
    redis = await startRedis();
  });
  afterEach(async () => redis.close());

  it('is written again by the sender if Redis lost it during an update, and the message is rendered once more', async () => {
    const rows = createOutboxRows(redis.client);
    const shown = { state: 'sent', ts: '17.1', print: 'version 3', seq: 3, lookAt: 0 } as const;
    await rows.commit('rl-test1234', 'card', shown);
    const before = (await rows.all('rl-test1234')).get('card');
    await redis.client.flushall();

    await rows.commit('rl-test1234', 'card', { ...shown, print: 'version 4', seq: 4 }, before?.revision);

    expect((await rows.all('rl-test1234')).get('card')).toEqual({ ...shown, print: '', seq: 4, revision: 1 });
  });
});
