import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { SilenceScope } from '../../src/incidents/model/hold.ts';
import type { Incident } from '../../src/incidents/model/incident.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';
import { type AHoldingHandler, createAHoldingHandler } from './a-holding-handler.ts';
import { anAlarm, began, minute } from './an-alarm-handler.ts';

const bronze = 'srl-rlvr-bronze-1';

describe('new threads under a silence', () => {
  let redis: TestRedis;
  let here: AHoldingHandler;

  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(async () => redis.close());
  beforeEach(async () => {
    await redis.client.flushall();
    here = createAHoldingHandler(redis.client);
  });

  const silence = async ({ id }: Incident, scope: SilenceScope, minutes = 60): Promise<void> => {
    await here.silenced.add(id);
    const until = here.clock.at + minutes * minute;
    const by = { user: 'U0LEAD', via: 'form' } as const;
    await here.store.transact(id, () => ({
      events: [{ type: 'snoozed', number: 1, scope, until, why: 'known', by }],
      answer: null,
    }));
  };

  it('are held back when the same job fails again; the thread of the silence continues', async () => {
    const first = await here.fails('srl-rlvr-gold-1');
    await silence(first, 'job');
    await here.store.transact(first.id, () => ({
      events: [{ type: 'closed', why: 'it was restarted by hand' }],
      answer: null,
    }));
    here.clock.at += minute;
    await here.fails('srl-rlvr-gold-1');

    const [again] = await here.open();
    expect(again?.id).not.toBe(first.id);
    expect(again?.held?.name).toBe(`Silence on ${first.id}`);
    expect((await here.load(first)).held).toBeUndefined();
  });

  it('are opened when the silence ends early, and later failures open threads again', async () => {
    const first = await here.fails('srl-rlvr-gold-1');
    await silence(first, 'everything', 30);
    const waiting = await here.fails('srl-rlvr-gold-2');
    await here.release();
    expect((await here.load(waiting)).held).toBeDefined();

    await here.store.transact(first.id, () => ({
      events: [{ type: 'snooze-ended', number: 1, by: { user: 'U0RESP', via: 'button' } }],
      answer: null,
    }));
    await here.release();

    expect((await here.load(waiting)).held).toBeUndefined();
    expect(here.said.map(({ headline }) => headline)).toEqual([`Silence on ${first.id} is over`]);
    expect((await here.fails('srl-rlvr-gold-3')).held).toBeUndefined();
  });

  it('stay held back by an overlapping maintenance window, and the summary says so', async () => {
    const first = await here.fails('srl-rlvr-gold-1');
    await silence(first, 'everything', 90);
    const waiting = await here.fails(bronze);
    expect(waiting.held?.name).toBe(`Silence on ${first.id}`);
    await here.store.transact(first.id, () => ({
      events: [{ type: 'snooze-ended', number: 1, by: { user: 'U0RESP', via: 'button' } }],
      answer: null,
    }));
    await here.release();

    expect(here.said[0]?.lines[1]).toContain('open, held back until 04:00 UTC: Cluster upgrade');
    expect((await here.load(waiting)).held?.name).toBe('Cluster upgrade');

    here.clock.at = began + 60 * minute;
    await here.release();
    expect((await here.load(waiting)).held).toBeUndefined();
    expect(here.said).toHaveLength(2);
  });

  it('does not count as work: the incident auto-closes when its alarms are OK again', async () => {
    const job = 'srl-rlvr-gold-1';
    await here.handleAlarm({ id: 'a-1', body: anAlarm('ALARM', began, { job }), path: 'sns' });
    const [incident] = await here.open();
    await silence(incident as Incident, 'job');
    await here.handleAlarm({ id: 'a-2', body: anAlarm('OK', began + minute, { job }), path: 'sns' });
    here.clock.at = began + 10 * minute;
    await here.settle();

    expect(await here.open()).toEqual([]);
  });
});
