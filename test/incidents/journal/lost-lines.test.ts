import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { LostLines } from '../../../src/incidents/journal/lost-lines.ts';
import { createIncidentStore, type IncidentStore } from '../../../src/incidents/journal/store.ts';
import type { IncidentEvent } from '../../../src/incidents/model/events.ts';
import { anOpening } from '../../support/a-journal.ts';
import { chain } from '../../support/proofs.ts';
import { startRedis, type TestRedis } from '../../support/redis.ts';

const id = anOpening().incident;

describe('a journal in Redis', () => {
  let redis: TestRedis;

  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(async () => redis.close());
  beforeEach(async () => void (await redis.client.flushall()));

  const note = (name: string): IncidentEvent => ({
    type: 'alarm-joined',
    alarm: { ...anOpening().alarm, name },
  });
  const names = async (by: IncidentStore): Promise<readonly string[]> =>
    (await by.load(id)).alarms.map((alarm) => alarm.name).slice(1);
  const openAgain = (losses: LostLines[] = []): IncidentStore =>
    createIncidentStore(redis.client, chain, { now: () => 1_700_001 }, (lost) => void losses.push(lost));

  it('that lost its last entries in a failover has them again, from any process that has seen them', async () => {
    const losses: LostLines[] = [];
    const process = openAgain(losses);
    await process.open([anOpening()]);
    const earlier = await redis.client.lrange(`{relight}:journal:${id}`, 0, -1);
    await process.record(id, () => [note('one'), note('two')]);
    const whole = await redis.client.lrange(`{relight}:journal:${id}`, 0, -1);

    await redis.client
      .multi()
      .del(`{relight}:journal:${id}`)
      .rpush(`{relight}:journal:${id}`, ...earlier)
      .exec();
    await process.find(id);

    expect(await redis.client.lrange(`{relight}:journal:${id}`, 0, -1)).toEqual(whole);
    expect(await names(openAgain())).toEqual(['one', 'two']);
    expect(losses).toEqual([{ incident: id, outcome: 'restored', lines: 2 }]);
  });

  it('that was emptied has its open incidents again, listed as open, each written by one of the processes that know it', async () => {
    const [one, two] = [openAgain(), openAgain()];
    await one.open([anOpening()]);
    await one.record(id, () => [note('one')]);
    await two.load(id);
    const whole = await redis.client.lrange(`{relight}:journal:${id}`, 0, -1);

    await redis.client.flushall();
    await Promise.all([one.find(id), two.find(id)]);

    expect(await redis.client.lrange(`{relight}:journal:${id}`, 0, -1)).toEqual(whole);
    expect(await openAgain().ids('open')).toEqual([id]);
  });

  it('keeps the entries that were written after a failover, and the loss of the earlier ones is told', async () => {
    const losses: LostLines[] = [];
    const process = openAgain(losses);
    await process.open([anOpening()]);
    const earlier = await redis.client.lrange(`{relight}:journal:${id}`, 0, -1);
    await process.record(id, () => [note('lost')]);
    await redis.client
      .multi()
      .del(`{relight}:journal:${id}`)
      .rpush(`{relight}:journal:${id}`, ...earlier)
      .exec();
    await openAgain().record(id, () => [note('kept')]);

    await process.find(id);

    expect(await names(process)).toEqual(['kept']);
    expect(losses).toEqual([{ incident: id, outcome: 'replaced', lines: 0 }]);
  });

  it('does not bring back an incident that is over and was removed', async () => {
    const process = openAgain();
    await process.open([anOpening()]);
    await process.record(id, () => [{ type: 'closed', why: 'over' }]);

    await redis.client.flushall();
    await process.find(id);

    await expect(process.load(id)).rejects.toMatchObject({ code: 'incident-unknown' });
  });
});
