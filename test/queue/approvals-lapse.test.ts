import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { playbook } from '../bot/a-playbook.ts';
import { type SteppedIncident, stepThrough } from '../support/a-step-run.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';

describe('a change that two people approve', () => {
  let redis: TestRedis;
  let stepped: SteppedIncident;

  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(async () => redis.close());

  async function proposedTo(needs: number): Promise<string> {
    stepped = await stepThrough(redis, playbook, {
      policyOf: (_, { role }) => ({ role, needs, others: false }),
    });
    await stepped.runDue();
    const state = await resumed();
    return state?.status === 'proposed' ? state.hash : '';
  }

  const resumed = async () => (await stepped.store.load('rl-test1234')).states['resumed'];
  const approvedBy = async (user: string, hash: string): Promise<void> =>
    stepped.events({
      type: 'step-approved',
      step: 'resumed',
      attempt: 1,
      hash,
      by: { user, via: 'button' },
    });
  const minutesLater = (minutes: number): void => void (stepped.ports.time.now += minutes * 60_000);

  it('does not run on one new approval and one from ten days ago: the old one must be given again', async () => {
    const hash = await proposedTo(2);
    await approvedBy('U0LEAD', hash);
    minutesLater(10 * 24 * 60);
    await approvedBy('U0LEAD2', hash);

    await stepped.runDue();

    expect(stepped.vaultIntents).toEqual([]);
    expect(await resumed()).toMatchObject({
      status: 'proposed',
      approvals: [{ by: 'U0LEAD2' }],
      lapsedOf: ['U0LEAD'],
    });
    await approvedBy('U0LEAD', hash);
    await stepped.runDue();
    expect(await resumed()).toMatchObject({ status: 'done' });
  });

  it('loses an approval that waited 15 minutes for the other; the sweep notices without a click', async () => {
    const hash = await proposedTo(2);
    await approvedBy('U0LEAD', hash);
    minutesLater(15);
    await stepped.sweep();
    expect(await resumed()).toMatchObject({ approvals: [{ by: 'U0LEAD' }] });
    minutesLater(1);

    await stepped.sweep();

    expect(await resumed()).toMatchObject({
      approvals: [],
      lapsed: 'it was given 16 min ago and is valid for 15 min',
      lapsedOf: ['U0LEAD'],
    });
  });

  it('runs while both approvals are within their 15 minutes', async () => {
    const hash = await proposedTo(2);
    await approvedBy('U0LEAD', hash);
    minutesLater(14);
    await approvedBy('U0LEAD2', hash);

    await stepped.runDue();

    expect(await resumed()).toMatchObject({ status: 'done' });
    expect(stepped.vaultIntents).toMatchObject([{ approvers: [{ by: 'U0LEAD' }, { by: 'U0LEAD2' }] }]);
  });
});
