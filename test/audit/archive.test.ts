import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { journalKey } from '../../src/incidents/journal/journal-writer.ts';
import {
  type AnArchive,
  grow,
  linesInRedis,
  linesInVault,
  note,
  opened,
  reported,
  startArchive,
} from './an-archive.ts';

const minute = 60_000;

describe('the archive of the journals in the vault', () => {
  let archive: AnArchive;

  beforeEach(async () => {
    archive = await startArchive();
  });
  afterEach(async () => archive.close());

  const inRedis = async (id: string): Promise<readonly string[]> => linesInRedis(archive.redis, id);

  it('has every line of every journal exactly as Redis has it, that of refused commands included', async () => {
    const { core, archiving } = archive.process();
    await core.store.open([opened('rl-one')]);
    await core.store.open([opened('rl-two')]);
    await grow(core, 'rl-one', 3);
    await core.refusedCommands.add({
      type: 'command-refused',
      command: 'start x job-1',
      by: { user: 'U0ANN', via: 'command' },
      why: 'no role',
    });
    await archiving.archiver.sweep();
    await grow(core, 'rl-two', 250);
    await archiving.archiver.sweep();

    expect(await linesInVault(archive.store, 'rl-one')).toEqual(await inRedis('rl-one'));
    expect(await linesInVault(archive.store, 'rl-two')).toEqual(await inRedis('rl-two'));
    expect(await linesInVault(archive.store, 'workspace')).toEqual(
      await archive.redis.client.lrange('{relight}:journal-of-workspace', 0, -1),
    );
    expect(await core.waitingJournals.oldestSince()).toBeUndefined();
  });

  it('has no secret that a person typed into a command, because it is removed before the entry is hashed', async () => {
    const { core, archiving } = archive.process();
    const secret = 'AKIAQ3EGJ5V7PLM2XW4R';
    await core.refusedCommands.add({
      type: 'command-refused',
      command: `start ${secret}`,
      by: { user: 'U0ANN', via: 'command' },
      why: `no job ${secret}`,
    });
    await archiving.archiver.sweep();

    const [line = ''] = await linesInVault(archive.store, 'workspace');
    expect(line).toContain('command-refused');
    expect(line).not.toContain(secret);
  });

  it('costs at most three Redis commands per sweep while 150 open incidents are idle', async () => {
    const { core, archiving } = archive.process();
    for (let number = 0; number < 150; number += 1) await core.store.open([opened(`rl-idle${number}`)]);
    // The first sweeps compare every journal with the vault once.
    for (let sweep = 0; sweep < 10; sweep += 1) await archiving.archiver.sweep();
    const commands = async (): Promise<number> =>
      Number(/total_commands_processed:(\d+)/.exec(await archive.redis.client.info('stats'))?.[1]);
    const before = await commands();
    for (let sweep = 0; sweep < 20; sweep += 1) {
      await archiving.archiver.sweep();
      archive.clock.at += 3_000;
    }

    expect((await commands()) - before).toBeLessThanOrEqual(20 * 3);
    expect((await linesInVault(archive.store, 'rl-idle149')).length).toBe(1);
  });

  it('has no gap and nothing twice after two workers copied at the same time while people decided', async () => {
    const [one, other] = [archive.process(), archive.process()];
    await one.core.store.open([opened('rl-busy')]);
    for (let round = 0; round < 12; round += 1)
      await Promise.all([
        grow(round % 2 === 0 ? one.core : other.core, 'rl-busy', 4),
        one.archiving.archiver.sweep(),
        other.archiving.archiver.require('rl-busy'),
      ]);
    await one.archiving.archiver.sweep();

    expect(await linesInVault(archive.store, 'rl-busy')).toEqual(await inRedis('rl-busy'));
  });

  it.each(['drop-after', 'error-5xx', 'throttle', 'drop-before'] as const)(
    'has no gap and nothing twice after S3 answered with %s, and a new worker took over',
    async (kind) => {
      const { core, archiving } = archive.process();
      await core.store.open([opened('rl-dropped')]);
      await archive.region.disturb({ service: 's3', operation: 'PutObject', kind, count: 4 });
      await archiving.archiver.sweep();
      await grow(core, 'rl-dropped', 3);
      archive.clock.at += 5 * minute;
      await archive.process().archiving.archiver.sweep();

      expect(await linesInVault(archive.store, 'rl-dropped')).toEqual(await inRedis('rl-dropped'));
    },
  );

  it('keeps its line when Redis gets another one under the same number, and reports the fork once', async () => {
    const { core, archiving } = archive.process();
    await core.store.open([opened('rl-fork')]);
    await grow(core, 'rl-fork', 3);
    await archiving.archiver.sweep();
    const before = await linesInVault(archive.store, 'rl-fork');
    // Redis was restored to an earlier state, and Relight goes on from there.
    await archive.redis.client.ltrim(journalKey('rl-fork'), 0, 1);
    const { core: later, archiving: laterArchiving } = archive.process();
    await later.store.record('rl-fork', () => [note('another history')]);
    await later.store.record('rl-fork', () => [note('and more')]);
    await later.store.record('rl-fork', () => [note('and more of it')]);
    for (let sweep = 0; sweep < 3; sweep += 1) {
      await laterArchiving.archiver.sweep();
      archive.clock.at += minute;
    }

    expect(await linesInVault(archive.store, 'rl-fork')).toEqual(before);
    expect(await reported(later)).toEqual(['rl-fork: entry 3 of rl-fork is not the one in the vault']);
    await expect(laterArchiving.archiver.require('rl-fork')).rejects.toMatchObject({
      code: 'journal-forked',
    });
  });

  it('names the first line that differs if another worker copied it just before', async () => {
    const [one, other] = [archive.process(), archive.process()];
    await one.core.store.open([opened('rl-race')]);
    await one.archiving.archiver.sweep();
    await grow(other.core, 'rl-race', 3);
    await other.archiving.archiver.require('rl-race');
    await archive.redis.client.ltrim(journalKey('rl-race'), 0, 0);
    await archive.process().core.store.record('rl-race', () => [note('another history')]);

    await expect(one.archiving.archiver.require('rl-race')).rejects.toMatchObject({
      code: 'journal-forked',
      detail: 'entry 1 of rl-race is not the one in the vault',
    });
  });

  it('takes no line that this installation did not write, and goes on with the other journals', async () => {
    const { core, archiving } = archive.process();
    await core.store.open([opened('rl-forged')]);
    await archiving.archiver.sweep();
    await archive.redis.client.rpush(
      journalKey('rl-forged'),
      '{"seq":1,"at":1,"event":{},"prev":"","hash":""}',
    );
    await archive.redis.client.zadd('{relight}:journals:grown', 1, 'rl-forged');
    await core.store.open([opened('rl-honest')]);
    await archiving.archiver.sweep();

    expect(await linesInVault(archive.store, 'rl-forged')).toHaveLength(1);
    expect(await linesInVault(archive.store, 'rl-honest')).toHaveLength(1);
    expect(await reported(core)).toEqual([
      'rl-forged: entry 1 of rl-forged does not match the hashes before it',
    ]);
  });
});
