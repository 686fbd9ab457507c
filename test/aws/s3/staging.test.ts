import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { copyFile } from '../../../src/aws/s3/copy-object.ts';
import { folderOf } from '../../../src/aws/s3/s3-uri.ts';
import { OpsError } from '../../../src/errors.ts';
import { tokenFor } from '../../support/a-token.ts';
import { firstTry } from '../../support/fake-ports.ts';
import { type RegionUnderTest, startRegionUnderTest } from '../a-region.ts';
import { type CheckpointFolders, checkpointFolders } from '../checkpoint-folders.ts';

describe('staging a checkpoint', () => {
  let region: RegionUnderTest;
  let folders: CheckpointFolders;

  beforeAll(async () => {
    region = await startRegionUnderTest();
    folders = checkpointFolders(region);
  });
  afterEach(async () => region.calm());
  afterAll(async () => region.close());

  async function copies(): Promise<number> {
    return (await region.committed('CopyObject')).length;
  }

  it('copies everything to the new prefix, and nothing again when repeated', async () => {
    const [from, to] = [folders.fresh(), folders.fresh()];
    const files = { 'a+b c.pt': 'one', 'deep/ü.json': 'two', 'empty.bin': '' };
    await folders.put(from, files);

    const whole = { files: 3, bytes: 6, compared: { checksum: 0, etag: 3, size: 0 } };
    expect(await folders.stage(from, to)).toEqual(whole);
    const before = await copies();
    expect(await folders.stage(from, to)).toEqual(whole);

    expect(await copies()).toBe(before);
    expect(await folders.contents(to)).toEqual(files);
    expect(await folders.contents(from)).toEqual(files);
  });

  it('is completed by a rerun after an interruption', async () => {
    const [from, to] = [folders.fresh(), folders.fresh()];
    const names = Array.from({ length: 30 }, (_, n) => `shard-${n}`);
    await folders.put(from, Object.fromEntries(names.map((name) => [name, name])));
    await region.disturb({ service: 's3', operation: 'CopyObject', kind: 'access-denied', count: 1 });

    await expect(folders.stage(from, to)).rejects.toMatchObject({ code: 'aws-denied' });
    expect(await folders.stage(from, to)).toMatchObject({ files: 30 });

    expect(await folders.contents(to)).toEqual(await folders.contents(from));
  });

  it('tolerates a lost response', async () => {
    const [from, to] = [folders.fresh(), folders.fresh()];
    await folders.put(from, { 'state.json': 'good' });
    await region.disturb({ service: 's3', operation: 'CopyObject', kind: 'drop-after', count: 1 });

    await folders.stage(from, to);

    expect(await folders.contents(to)).toEqual({ 'state.json': 'good' });
  });

  it('stops at a file with other content that is in the target already, and replaces nothing', async () => {
    const [from, to] = [folders.fresh(), folders.fresh()];
    await folders.put(from, { 'state.json': 'good', 'weights.pt': 'good' });
    await folders.put(to, { 'state.json': 'theirs' });
    const before = await copies();

    await expect(folders.stage(from, to)).rejects.toMatchObject({
      code: 'copy-taken',
      detail: expect.stringContaining('state.json') as unknown,
    });

    expect(await folders.contents(to)).toEqual({ 'state.json': 'theirs' });
    expect(await copies()).toBe(before);
  });

  it('does not replace a file that somebody puts into the target while it copies', async () => {
    const [from, to] = [folders.fresh(), folders.fresh()];
    await folders.put(from, { 'state.json': 'good' });

    const staging = folders.stage(from, to, {}, async () => folders.put(to, { 'state.json': 'theirs' }));

    await expect(staging).rejects.toMatchObject({ code: 'staging-incomplete' });
    expect(await folders.contents(to)).toEqual({ 'state.json': 'theirs' });
    await expect(folders.stage(from, to)).rejects.toMatchObject({ code: 'copy-taken' });
  });

  it('writes nothing more once the worker has lost the step to another one', async () => {
    const [from, to] = [folders.fresh(), folders.fresh()];
    const names = Array.from({ length: 30 }, (_, n) => `shard-${n}`);
    await folders.put(from, Object.fromEntries(names.map((name) => [name, name])));
    const before = await copies();
    let writes = 0;

    const staging = folders.stage(from, to, {}, async () => {
      writes += 1;
      if (writes > 8) throw new OpsError('illegal-move', 'taken over');
    });

    await expect(staging).rejects.toMatchObject({ code: 'illegal-move' });
    expect((await copies()) - before).toBeLessThanOrEqual(8);
  });

  it('stops when the target folder contains a file that is not in the source', async () => {
    const [from, to] = [folders.fresh(), folders.fresh()];
    await folders.put(from, { 'state.json': 'good' });
    await folders.put(to, { stranger: 'x' });

    await expect(folders.stage(from, to)).rejects.toMatchObject({ code: 'staging-incomplete' });
  });

  it('copies nothing outside the checkpoint folder of the approved request', async () => {
    const [from, to, approved] = [folders.fresh(), folders.fresh(), folders.fresh()];
    await folders.put(from, { 'state.json': 'good' });
    const before = await copies();
    const token = tokenFor(firstTry, { CheckpointConfig: { S3Uri: approved } });

    for (const request of [token, tokenFor(firstTry, {})])
      await expect(folders.checkpoints.stage(from, to, request)).rejects.toMatchObject({
        code: 'not-approved',
      });
    const edit = { name: 'latest', bytes: Buffer.from('x') };
    await expect(folders.checkpoints.place(to, edit, token)).rejects.toMatchObject({ code: 'not-approved' });

    expect(await copies()).toBe(before);
    expect(await folders.contents(to)).toEqual({});
  });

  it('stops when there is nothing to stage', async () => {
    const nothing = folders.stage(folders.fresh(), folders.fresh());

    await expect(nothing).rejects.toMatchObject({ code: 'no-checkpoint', retry: false });
  });

  it('copies the listed version of a file or none', async () => {
    const [from, to] = [folders.fresh(), folders.fresh()];
    await folders.put(from, { weights: 'old' });
    const listed = await folders.file(from, 'weights');
    await folders.put(from, { weights: 'new' });

    const copy = copyFile(region.clients.s3, folderOf(from), folderOf(to), listed);

    await expect(copy).rejects.toMatchObject({ code: 'checkpoint-changed', retry: true });
    expect(await folders.contents(to)).toEqual({});
  });
});
