import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { approve } from '../../src/incidents/approve.ts';
import { type Authorize, type ClickTarget } from '../../src/incidents/click-result.ts';
import { adjust, answerManual, retry } from '../../src/incidents/decisions.ts';
import { createIncidentStore, type IncidentStore } from '../../src/incidents/journal/store.ts';
import type { Actor, IncidentEvent } from '../../src/incidents/model/events.ts';
import { anOpening } from '../support/a-journal.ts';
import { chain } from '../support/proofs.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';

describe('a click on a button', () => {
  let redis: TestRedis;
  let store: IncidentStore;
  let now: number;
  const { incident: id } = anOpening();
  const anyone: Authorize = () => ({ allowed: true });
  const lead = (user: string): Actor => ({ user, via: 'button' });
  const shown: ClickTarget = { step: 'resumed', attempt: 1, hash: 'abcdef01' };

  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(async () => redis.close());
  beforeEach(async () => {
    await redis.client.flushall();
    now = 2_000_000;
    store = createIncidentStore(redis.client, chain, { now: () => now });
    await store.open([
      anOpening(),
      { type: 'playbook-started', playbook: 'p', steps: ['found', 'resumed', 'document'] },
    ]);
    await happened({ type: 'step-done', step: 'found', attempt: 1, result: {} });
  });

  async function happened(...events: IncidentEvent[]): Promise<void> {
    for (const event of events) await store.transact(id, () => ({ events: [event], answer: null }));
  }

  async function proposed(needs = 1, attempt = 1, hash = 'abcdef0123456789'): Promise<void> {
    const proposal = { headline: 'Launch', request: {}, differences: [], warnings: [] };
    await happened({ type: 'step-proposed', step: 'resumed', attempt, proposal, hash, role: 'lead', needs });
  }

  const click = async (user: string, what = shown, authorize = anyone): Promise<unknown> =>
    (
      await store.transact(id, (incident) =>
        approve(incident, { target: what, by: lead(user), authorize, now }),
      )
    ).answer;
  const approvals = async (): Promise<number> =>
    (await store.journal(id)).filter(({ event }) => event.type === 'step-approved').length;

  it('counts once when twenty people click at the same time, and tells the others who was first', async () => {
    await proposed();

    const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => click(`U0LEAD${n}`)));

    expect(answers.filter((answer) => (answer as { kind: string }).kind === 'recorded')).toHaveLength(1);
    const others = answers.filter((answer) => (answer as { kind: string }).kind === 'taken');
    expect(others).toHaveLength(19);
    expect(others[0]).toMatchObject({ by: expect.stringMatching(/^U0LEAD/) as unknown, at: 2_000_000 });
    expect(await approvals()).toBe(1);
  });

  it('of one person counts once if two people are needed', async () => {
    await proposed(2);

    expect(await click('U0LEAD')).toEqual({ kind: 'more-needed', missing: 1, role: 'lead' });
    expect(await click('U0LEAD')).toEqual({ kind: 'yours-already', missing: 1 });
    expect(await click('U0LEAD2')).toEqual({ kind: 'recorded', what: 'approved' });
    expect(await approvals()).toBe(2);
  });

  it('does not count if the person is not authorized', async () => {
    await proposed();

    const answer = await click('U0GUEST', shown, () => ({ allowed: false, says: 'It takes a lead.' }));

    expect(answer).toEqual({ kind: 'refused', says: 'It takes a lead.' });
    expect(await approvals()).toBe(0);
  });

  it('on an outdated message does not count, whether the attempt or the request differs', async () => {
    await proposed();

    expect(await click('U0LEAD', { ...shown, attempt: 2 })).toEqual({ kind: 'old-copy' });
    expect(await click('U0LEAD', { ...shown, hash: 'ffffffff' })).toEqual({ kind: 'old-copy' });
    expect(await click('U0LEAD', { ...shown, hash: '' })).toEqual({ kind: 'old-copy' });
    expect(await approvals()).toBe(0);
  });

  it('on a step that is done, not yet current, or unknown says so', async () => {
    expect(await click('U0LEAD', { ...shown, step: 'found' })).toEqual({
      kind: 'step-over',
      how: 'done',
      at: 2_000_000,
    });
    expect(await click('U0LEAD', { ...shown, step: 'document' })).toEqual({ kind: 'not-current' });
    expect(await click('U0LEAD', { ...shown, step: 'nothing' })).toEqual({ kind: 'not-current' });
  });

  it('on a closed incident says so', async () => {
    await proposed();
    await happened({ type: 'closed', why: 'done by hand' });

    expect(await click('U0LEAD')).toMatchObject({ kind: 'closed', why: 'done by hand' });
  });

  it('on "Try again" makes one new attempt, however many people click', async () => {
    const failed = { code: 'aws-quota', says: 'no quota', next: 'raise it' };
    await happened({ type: 'step-failed', step: 'resumed', attempt: 1, ...failed });
    const tryAgain = async (): Promise<unknown> =>
      (
        await store.transact(id, (incident) =>
          retry(incident, { target: { ...shown, hash: '' }, by: lead('U0LEAD'), authorize: anyone, now }),
        )
      ).answer;

    const answers = await Promise.all([tryAgain(), tryAgain(), tryAgain()]);

    expect(answers).toContainEqual({ kind: 'recorded', what: 'retried' });
    expect(answers.filter((answer) => (answer as { kind: string }).kind === 'taken')).toHaveLength(2);
    expect((await store.load(id)).states['resumed']).toEqual({ status: 'waiting', attempt: 2 });
  });

  it('that submits a form keeps the first answers', async () => {
    await happened({ type: 'step-skipped', step: 'resumed', reason: 'not needed' });
    const send = async (user: string): Promise<unknown> =>
      (
        await store.transact(id, (incident) =>
          answerManual(
            incident,
            { target: { step: 'document', attempt: 1, hash: '' }, by: lead(user), authorize: anyone, now },
            { role: 'responder', answers: { cause: `by ${user}` } },
          ),
        )
      ).answer;

    expect(await send('U0LEAD')).toEqual({ kind: 'recorded', what: 'answered' });
    expect(await send('U0RESP')).toEqual({ kind: 'taken', by: 'U0LEAD', at: 2_000_000 });
    expect((await store.load(id)).states['document']).toMatchObject({ result: { cause: 'by U0LEAD' } });
  });

  describe('that changes the values of a proposal', () => {
    const choose = async (user: string, what = shown, authorize = anyone): Promise<unknown> =>
      (
        await store.transact(id, (incident) =>
          adjust(
            incident,
            { target: what, by: lead(user), authorize, now },
            { role: 'responder', answers: { batch: '2' } },
          ),
        )
      ).answer;

    it('invalidates the old request and its approvals, and begins a new attempt', async () => {
      await proposed(2);
      await click('U0LEAD');

      expect(await choose('U0RESP')).toEqual({ kind: 'recorded', what: 'adjusted' });

      const { states, adjusted } = await store.load(id);
      expect(states['resumed']).toEqual({ status: 'waiting', attempt: 2 });
      expect(adjusted).toEqual({ resumed: { batch: '2' } });
      expect(await click('U0LEAD2')).toEqual({ kind: 'old-copy' });
    });

    it('is too late after the request is approved', async () => {
      await proposed(1);
      await click('U0LEAD');

      expect(await choose('U0RESP')).toMatchObject({ kind: 'taken', by: 'U0LEAD' });
    });

    it('counts only for the request that was shown, and only from an authorized person', async () => {
      await proposed();

      expect(await choose('U0RESP', { ...shown, hash: '99999999' })).toEqual({ kind: 'old-copy' });
      expect(await choose('U0GUEST', shown, () => ({ allowed: false, says: 'No role.' }))).toEqual({
        kind: 'refused',
        says: 'No role.',
      });
      expect((await store.load(id)).adjusted).toEqual({});
    });

    it('is also accepted for a failed step, so that the next attempt has new values', async () => {
      await happened({
        type: 'step-failed',
        step: 'resumed',
        attempt: 1,
        code: 'cap-exceeded',
        says: '',
        next: '',
      });

      expect(await choose('U0RESP', { ...shown, hash: '' })).toEqual({ kind: 'recorded', what: 'adjusted' });
      expect((await store.load(id)).states['resumed']).toEqual({ status: 'waiting', attempt: 2 });
    });
  });
});
