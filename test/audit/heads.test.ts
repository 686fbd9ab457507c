import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { signHeads } from '../../src/app/audit/head-signing.ts';
import type { Core } from '../../src/app/core.ts';
import { createHeadSigner } from '../../src/audit/archive/head-signer.ts';
import { createHeadWriter } from '../../src/audit/archive/head-writer.ts';
import { headIn, isSignedHead } from '../../src/audit/archive/heads.ts';
import { type AnArchive, grow, linesInRedis, opened, startArchive } from './an-archive.ts';

const minute = 60_000;

describe('the signed heads of the archive', () => {
  let archive: AnArchive;

  beforeEach(async () => {
    archive = await startArchive();
  });
  afterEach(async () => archive.close());

  const inRedis = async (id: string): Promise<readonly string[]> => linesInRedis(archive.redis, id);
  const sign = async (core: Core): Promise<void> =>
    signHeads(
      core,
      createHeadWriter({ ...core, store: archive.store, heads: createHeadSigner(core.proofs) }),
    );
  const headsOf = async (id: string): Promise<readonly string[]> => {
    const keys: string[] = [];
    for await (const key of archive.store.keys(`heads/${id}/`)) keys.push(key);
    return keys;
  };

  it('is covered by a signed head after a minute, and only then says that an incident is archived', async () => {
    const { core, archiving } = archive.process();
    await core.store.open([opened('rl-head')]);
    await grow(core, 'rl-head', 2);
    expect(await archiving.archive.archived('rl-head')).toBe(false);
    await archiving.archiver.sweep();
    await sign(core);
    expect(await headsOf('rl-head')).toEqual([]);
    expect(await archiving.archive.archived('rl-head')).toBe(false);

    archive.clock.at += minute;
    await sign(core);
    await sign(archive.process().core);

    expect(await headsOf('rl-head')).toEqual(['heads/rl-head/00000002.json']);
    const head = headIn(await archive.store.get('heads/rl-head/00000002.json'));
    const last = JSON.parse((await inRedis('rl-head')).at(-1) ?? '') as { hash: string };
    expect(head).toMatchObject({ journal: 'rl-head', seq: 2, hash: last.hash, at: archive.clock.at });
    expect(head && isSignedHead(core.proofs, head)).toBe(true);
    expect(await archiving.archive.archived('rl-head')).toBe(true);
    await grow(core, 'rl-head', 1);
    expect(await archiving.archive.archived('rl-head')).toBe(false);
  });

  it('has a signed head for every 100 entries without waiting for the minute', async () => {
    const { core, archiving } = archive.process();
    await core.store.open([opened('rl-long')]);
    await grow(core, 'rl-long', 349);
    await archiving.archiver.sweep();
    await sign(core);

    expect(await headsOf('rl-long')).toEqual(
      [99, 199, 299].map((seq) => `heads/rl-long/00000${String(seq).padStart(3, '0')}.json`),
    );
  });
});
