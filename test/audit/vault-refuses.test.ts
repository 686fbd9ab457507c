import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { archiveChecks } from '../../src/app/audit/archive-health.ts';
import { requireArchived } from '../../src/app/audit/archiving.ts';
import { type AnArchive, linesInRedis, linesInVault, opened, startArchive } from './an-archive.ts';

const minute = 60_000;

describe('the vault when it refuses the journals', () => {
  let archive: AnArchive;

  beforeEach(async () => {
    archive = await startArchive();
  });
  afterEach(async () => archive.close());

  const inRedis = async (id: string): Promise<readonly string[]> => linesInRedis(archive.redis, id);

  it('refuses changes with the reason while the vault refuses, asks it less often, says so, and catches up', async () => {
    const { core, archiving } = archive.process();
    const withBucket = { ...core, config: { ...core.config, auditBucket: 'srl-rlvr-audit' } };
    const [check] = archiveChecks(withBucket);
    await core.store.open([opened('rl-denied')]);
    await archive.region.disturb({
      service: 's3',
      operation: 'PutObject',
      kind: 'access-denied',
      count: 1_000,
    });
    await expect(archiving.archiver.require('rl-denied')).rejects.toMatchObject({
      code: 'archive-behind',
      detail: expect.stringContaining('AccessDenied'),
    });
    await expect(requireArchived(archiving)('rl-denied', false)).rejects.toMatchObject({
      code: 'archive-behind',
    });
    expect(await check?.run()).toBeUndefined();
    for (let sweep = 0; sweep < 100; sweep += 1) {
      await archiving.archiver.sweep();
      archive.clock.at += 3_000;
    }
    expect(await check?.run()).toMatch(
      /not in the audit vault after 300 s, so changes are refused: .*AccessDenied/,
    );
    const { counts } = (await (await fetch(`${archive.region.region.url}/_sandbox/ledger`)).json()) as {
      counts: Record<string, number>;
    };
    expect(counts['s3.PutObject']).toBeLessThan(12);

    const change = requireArchived(archiving);
    await expect(change('rl-denied', true)).rejects.toMatchObject({ code: 'archive-behind' });
    await expect(change('rl-denied', false)).rejects.toMatchObject({
      code: 'approval-lapsed',
      detail: expect.stringMatching(/vault does not take the journal.*AccessDenied/),
    });

    await archive.region.calm();
    archive.clock.at += minute;
    await archiving.archiver.sweep();
    expect(await check?.run()).toBeUndefined();
    await expect(change('rl-denied', false)).resolves.toBeUndefined();
    expect(await linesInVault(archive.store, 'rl-denied')).toEqual(await inRedis('rl-denied'));
  });
});
