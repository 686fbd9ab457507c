import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { journalKey } from '../../src/incidents/journal/journal-writer.ts';
import { type AnArchive, grow, linesInRedis, opened, reported, startArchive } from './an-archive.ts';

const minute = 60_000;

describe('Redis after it was emptied or restored to an earlier state', () => {
  let archive: AnArchive;

  beforeEach(async () => {
    archive = await startArchive();
  });
  afterEach(async () => archive.close());

  const inRedis = async (id: string): Promise<readonly string[]> => linesInRedis(archive.redis, id);

  it('gives back what Redis lost of open incidents and of refused commands, and nothing of closed ones', async () => {
    const { core, archiving } = archive.process();
    await core.store.open([opened('rl-lost')]);
    await core.store.open([opened('rl-cut')]);
    await core.store.open([opened('rl-over')]);
    await grow(core, 'rl-lost', 120);
    await grow(core, 'rl-cut', 5);
    await core.store.record('rl-over', () => [{ type: 'closed', why: 'over' }]);
    await core.refusedCommands.add({ type: 'changes-resumed', since: 1 });
    await archiving.archiver.sweep();
    const [lost, cut] = [await inRedis('rl-lost'), await inRedis('rl-cut')];
    await archive.redis.client.flushall();
    await archive.redis.client.rpush(journalKey('rl-cut'), ...cut.slice(0, 3));

    const later = archive.process();
    await later.archiving.rebuild.ifEmptied();

    expect([await inRedis('rl-lost'), await inRedis('rl-cut')]).toEqual([lost, cut]);
    expect(new Set(await later.core.store.ids('open'))).toEqual(new Set(['rl-lost', 'rl-cut']));
    expect(await inRedis('rl-over')).toEqual([]);
    expect(await later.core.refusedCommands.all()).toHaveLength(1);
    expect(await later.core.archiveState.restored()).toBe(3);
  });

  it('gets back the other incidents although an object of one is damaged in the vault, which is reported', async () => {
    const { core, archiving } = archive.process();
    await core.store.open([opened('rl-whole')]);
    await archiving.archiver.sweep();
    await archive.store.putOnce('journals/rl-broken/00000000.jsonl', 'no line of a journal');
    await archive.redis.client.flushall();

    const later = archive.process();
    await later.archiving.rebuild.all();

    expect(await inRedis('rl-whole')).toHaveLength(1);
    expect(await reported(later.core)).toEqual([
      'rl-broken: journals/rl-broken/00000000.jsonl in the vault holds no lines of a journal',
    ]);
  });

  it('leaves another history in Redis as it is, and reports it', async () => {
    const { core, archiving } = archive.process();
    await core.store.open([opened('rl-other')]);
    await grow(core, 'rl-other', 3);
    await archiving.archiver.sweep();
    await archive.redis.client.flushall();
    const later = archive.process();
    archive.clock.at += minute;
    await later.core.store.open([opened('rl-other')]);
    const other = await inRedis('rl-other');
    await later.archiving.rebuild.all();

    expect(await inRedis('rl-other')).toEqual(other);
    expect(await reported(later.core)).toEqual([
      'rl-other: rl-other does not begin with the entries in the vault',
    ]);
  });
});
