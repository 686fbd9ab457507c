import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createReadinessStore } from '../../src/redis/readiness/readiness-store.ts';
import { startBot, type TestBot } from './a-bot.ts';
import { answerTo } from './a-person.ts';

const hour = 3_600_000;

describe('/relight readiness', () => {
  let bot: TestBot;

  beforeEach(async () => {
    bot = await startBot();
  });
  afterEach(async () => bot.close());

  it('says that the account has not been measured before a worker has done it', async () => {
    const answer = await answerTo(bot, 'U0RESP', 'readiness');

    expect(answer).toContain('3 items not measured');
    expect(answer).toContain('the account has not been looked at yet');
  });

  it('shows the last measurement of the account beside what Relight knows by itself, without markup of names', async () => {
    const finding = { what: '<!channel> has no CheckpointConfig', fix: 'set it' };
    const check = { part: 'checkpointing', looked: '1 job', findings: [finding], unmeasured: [] } as const;
    const store = createReadinessStore(bot.redis.client);
    await store.write({
      measuredAt: Date.now() - hour,
      checks: [{ ...check, findings: [finding], unmeasured: [] }],
    });

    const answer = await answerTo(bot, 'U0RESP', 'readiness');

    expect(answer).toContain('Checkpointing: 1 to fix (1 job)');
    expect(answer).toContain('&lt;!channel&gt; has no CheckpointConfig. Fix: set it');
    expect(answer).toContain('Drills: ready (0 playbooks)');
  });

  it('asks the worker to measure again', async () => {
    const store = createReadinessStore(bot.redis.client);

    expect(await answerTo(bot, 'U0RESP', 'readiness again')).toContain('within two minutes');

    expect(await store.askedAt()).toBeGreaterThan(0);
  });
});
