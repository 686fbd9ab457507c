import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Core } from '../../../src/app/core.ts';
import { countLostLaunches } from '../../../src/app/steps/lost-reservations.ts';
import { testCatalog, testPlan } from '../../bot/a-playbook.ts';
import { anOpening } from '../../support/a-journal.ts';
import { createTestCore } from '../../support/core.ts';
import { startRedis, type TestRedis } from '../../support/redis.ts';
import { until } from '../../support/until.ts';

const hash = 'abcdef0123456789';
const by = { user: 'U0LEAD', via: 'button' } as const;
const attempt = { step: 'resumed', attempt: 1 } as const;

describe('a Redis that was emptied', () => {
  let redis: TestRedis;
  let core: Core;
  let restored: () => void;
  let counted: string[];

  beforeEach(async () => {
    redis = await startRedis();
    core = createTestCore(redis.client, { catalog: testCatalog });
    counted = [];
    const { store, log } = core;
    const onRestored = (tell: () => void): undefined => {
      restored = tell;
    };
    countLostLaunches(
      { store, log, onLoss: () => undefined, onRestored },
      { reserveAgain: async ({ incident }) => void counted.push(incident) },
    );
  });
  afterEach(async () => {
    await core.close();
    await redis.close();
  });

  /** An incident whose launch is proposed, and approved unless told otherwise. */
  async function opened(incident: string, { drill = false, approved = true } = {}): Promise<void> {
    const proposal = {
      headline: 'Launch copy',
      request: { TrainingJobName: 'copy' },
      differences: [],
      warnings: [],
    };
    await core.store.open([
      anOpening({ incident, ...(drill && { drill: { playbook: testPlan.id, faults: [], by: by.user } }) }),
      { type: 'playbook-started', playbook: testPlan.id, steps: [...testPlan.steps] },
      { type: 'step-done', step: 'found', attempt: 1, result: {} },
      { type: 'step-proposed', ...attempt, proposal, hash, role: 'lead', needs: 1 },
      ...(approved ? [{ type: 'step-approved', ...attempt, hash, by } as const] : []),
    ]);
  }

  it('counts the approved launches of open incidents under the caps again, and none of a drill', async () => {
    await opened('drill-test1234', { drill: true });
    await opened('rl-proposed1', { approved: false });
    await opened('rl-launched1');
    await opened('rl-launched2');

    restored();

    await until(() => counted.length >= 2, 'the launches to be counted');
    // Whatever comes after them has been read when this is: the connection answers in order.
    for (const id of await core.store.ids('open')) await core.store.journal(id);
    expect(counted.toSorted()).toEqual(['rl-launched1', 'rl-launched2']);
  });
});
