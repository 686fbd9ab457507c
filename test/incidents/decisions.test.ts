import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { genesis, seal } from '../../src/audit/chain.ts';
import { type Authorize, type ClickTarget } from '../../src/incidents/click-result.ts';
import { adjust, answerManual, approve, retry } from '../../src/incidents/decisions.ts';
import { createIncidentStore, type IncidentStore } from '../../src/incidents/journal/store.ts';
import type { Actor, IncidentEvent } from '../../src/incidents/model/events.ts';
import { anOpening } from '../support/a-journal.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';

describe('a press on a button', () => {
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
    store = createIncidentStore(redis.client, { genesis, seal }, { now: () => now });
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

  const press = async (user: string, what = shown, authorize = anyone): Promise<unknown> =>
    (await store.transact(id, (incident) => approve(incident, what, lead(user), authorize, now))).answer;
  const approvals = async (): Promise<number> =>
    (await store.journal(id)).filter(({ event }) => event.type === 'step-approved').length;

  it('counts once when twenty people press at the same time, and tells the others who was first', async () => {
    await proposed();

    const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => press(`U0LEAD${n}`)));

    expect(answers.filter((answer) => (answer as { kind: string }).kind === 'recorded')).toHaveLength(1);
    const others = answers.filter((answer) => (answer as { kind: string }).kind === 'taken');
    expect(others).toHaveLength(19);
    expect(others[0]).toMatchObject({ by: expect.stringMatching(/^U0LEAD/) as unknown, at: 2_000_000 });
    expect(await approvals()).toBe(1);
  });

  it('of one person counts once where two people are needed', async () => {
    await proposed(2);

    expect(await press('U0LEAD')).toEqual({ kind: 'more-needed', missing: 1, role: 'lead' });
    expect(await press('U0LEAD')).toEqual({ kind: 'yours-already', missing: 1 });
    expect(await press('U0LEAD2')).toEqual({ kind: 'recorded', what: 'approved' });
    expect(await approvals()).toBe(2);
  });

  it('counts for nothing when the authorize refuses', async () => {
    await proposed();

    const answer = await press('U0GUEST', shown, () => ({ allowed: false, says: 'It takes a lead.' }));

    expect(answer).toEqual({ kind: 'refused', says: 'It takes a lead.' });
    expect(await approvals()).toBe(0);
  });

  it('on an old copy counts for nothing, whether the try or the request differs', async () => {
    await proposed();

    expect(await press('U0LEAD', { ...shown, attempt: 2 })).toEqual({ kind: 'old-copy' });
    expect(await press('U0LEAD', { ...shown, hash: 'ffffffff' })).toEqual({ kind: 'old-copy' });
    expect(await press('U0LEAD', { ...shown, hash: '' })).toEqual({ kind: 'old-copy' });
    expect(await approvals()).toBe(0);
  });

  it('on a step that is done, not yet due, or unknown says so', async () => {
    expect(await press('U0LEAD', { ...shown, step: 'found' })).toEqual({
      kind: 'step-over',
      how: 'done',
      at: 2_000_000,
    });
    expect(await press('U0LEAD', { ...shown, step: 'document' })).toEqual({ kind: 'not-current' });
    expect(await press('U0LEAD', { ...shown, step: 'nothing' })).toEqual({ kind: 'not-current' });
  });

  it('on a closed incident says so', async () => {
    await proposed();
    await happened({ type: 'closed', why: 'done by hand' });

    expect(await press('U0LEAD')).toEqual({ kind: 'closed', why: 'done by hand' });
  });

  it('on "Try again" makes one new try, however many press', async () => {
    const failed = { code: 'aws-quota', says: 'no quota', next: 'raise it' };
    await happened({ type: 'step-failed', step: 'resumed', attempt: 1, ...failed });
    const tryAgain = async (): Promise<unknown> =>
      (
        await store.transact(id, (incident) =>
          retry(incident, { ...shown, hash: '' }, lead('U0LEAD'), anyone),
        )
      ).answer;

    const answers = await Promise.all([tryAgain(), tryAgain(), tryAgain()]);

    expect(answers).toContainEqual({ kind: 'recorded', what: 'retried' });
    expect(answers.filter((answer) => (answer as { kind: string }).kind === 'taken')).toHaveLength(2);
    expect((await store.load(id)).states['resumed']).toEqual({ status: 'waiting', attempt: 2 });
  });

  it('of a filled-in form keeps the answers of whoever was first', async () => {
    await happened({ type: 'step-skipped', step: 'resumed', reason: 'not needed' });
    const send = async (user: string): Promise<unknown> =>
      (
        await store.transact(id, (incident) =>
          answerManual(incident, { step: 'document', attempt: 1, hash: '' }, lead(user), anyone, {
            role: 'responder',
            answers: { cause: `by ${user}` },
          }),
        )
      ).answer;

    expect(await send('U0LEAD')).toEqual({ kind: 'recorded', what: 'answered' });
    expect(await send('U0RESP')).toEqual({ kind: 'taken', by: 'U0LEAD', at: 2_000_000 });
    expect((await store.load(id)).states['document']).toMatchObject({ result: { cause: 'by U0LEAD' } });
  });

  describe('that sends other values for a proposal', () => {
    const choose = async (user: string, what = shown, authorize = anyone): Promise<unknown> =>
      (
        await store.transact(id, (incident) =>
          adjust(incident, what, lead(user), authorize, { role: 'responder', answers: { batch: '2' } }, now),
        )
      ).answer;

    it('makes the old request worth nothing, with what was approved of it, and begins a new try', async () => {
      await proposed(2);
      await press('U0LEAD');

      expect(await choose('U0RESP')).toEqual({ kind: 'recorded', what: 'adjusted' });

      const { states, adjusted } = await store.load(id);
      expect(states['resumed']).toEqual({ status: 'waiting', attempt: 2 });
      expect(adjusted).toEqual({ resumed: { batch: '2' } });
      expect(await press('U0LEAD2')).toEqual({ kind: 'old-copy' });
    });

    it('comes too late once the request is approved', async () => {
      await proposed(1);
      await press('U0LEAD');

      expect(await choose('U0RESP')).toMatchObject({ kind: 'taken', by: 'U0LEAD' });
    });

    it('counts only for the request that was shown, and only from whoever may', async () => {
      await proposed();

      expect(await choose('U0RESP', { ...shown, hash: '99999999' })).toEqual({ kind: 'old-copy' });
      expect(await choose('U0GUEST', shown, () => ({ allowed: false, says: 'No role.' }))).toEqual({
        kind: 'refused',
        says: 'No role.',
      });
      expect((await store.load(id)).adjusted).toEqual({});
    });

    it('is taken from a step that failed too, so that the next try has other values', async () => {
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
