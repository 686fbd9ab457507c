import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { sorted } from '../../src/ports/basis.ts';
import type { Checkpoints, S3Uri } from '../../src/ports/ports.ts';
import { freezeCheckpoint, requireUnchanged } from '../../src/relaunch/frozen-basis.ts';
import { fakePorts } from '../support/fake-ports.ts';
import { type RegionUnderTest, startRegionUnderTest } from './a-region.ts';
import { type CheckpointFolders, checkpointFolders } from './checkpoint-folders.ts';

/** Uses the real SDK against the S3 stand-in. */
describe('staging an approved checkpoint', () => {
  let region: RegionUnderTest;
  let folders: CheckpointFolders;
  let checkpoints: Checkpoints;

  beforeAll(async () => {
    region = await startRegionUnderTest();
    folders = checkpointFolders(region);
    ({ checkpoints } = folders);
  });
  afterEach(async () => region.calm());
  afterAll(async () => region.close());

  async function approved() {
    const [from, to] = [folders.fresh(), folders.fresh()];
    await folders.put(from, { 'model.safetensors': 'good weights', 'trainer_state.json': '{}' });
    return { from, to, frozen: sorted(await checkpoints.files(from)) };
  }

  const copies = async (): Promise<number> => (await region.committed('CopyObject')).length;

  async function remove(folder: S3Uri, name: string): Promise<void> {
    const [, bucket = '', key = ''] = /^s3:\/\/([^/]+)\/(.*)$/.exec(`${folder}${name}`) ?? [];
    await region.clients.s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
  }

  it('copies nothing when a file was overwritten with different bytes of the same size', async () => {
    const { from, to, frozen } = await approved();
    await folders.put(from, { 'model.safetensors': 'evil weights' });
    const before = await copies();

    await expect(folders.stage(from, to, { frozen })).rejects.toMatchObject({
      code: 'basis-changed',
      detail: expect.stringContaining('model.safetensors') as unknown,
    });

    expect(await copies()).toBe(before);
    expect(await folders.contents(to)).toEqual({});
  });

  it('copies nothing when a file is gone', async () => {
    const { from, to, frozen } = await approved();
    await remove(from, 'model.safetensors');

    await expect(folders.stage(from, to, { frozen })).rejects.toMatchObject({ code: 'basis-changed' });
  });

  it('stops when a file is overwritten during the copy', async () => {
    const { from, to, frozen } = await approved();
    await region.disturb({ service: 's3', operation: 'CopyObject', kind: 'access-denied', count: 2 });
    await expect(folders.stage(from, to, { frozen })).rejects.toMatchObject({ code: 'aws-denied' });
    await folders.put(from, { 'model.safetensors': 'evil weights' });

    await expect(folders.stage(from, to, { frozen })).rejects.toMatchObject({ code: 'basis-changed' });
  });

  it('keeps the complete copy of an earlier run when the source changes afterward', async () => {
    const { from, to, frozen } = await approved();
    await folders.stage(from, to, { frozen });
    await folders.put(from, { 'model.safetensors': 'evil weights', 'new.bin': 'x' });
    await remove(from, 'trainer_state.json');

    expect(await folders.stage(from, to, { frozen })).toMatchObject({ files: 2 });

    expect(await folders.contents(to)).toEqual({
      'model.safetensors': 'good weights',
      'trainer_state.json': '{}',
    });
  });

  it.each([
    [{ 'model.safetensors': 'evil weights' }, 'model.safetensors was overwritten'],
    [{ 'optimizer.pt': 'more' }, 'optimizer.pt is new'],
  ])('is refused before it starts after %j was written, and names the file', async (files, says) => {
    const { from } = await approved();
    const basis = await freezeCheckpoint({ uri: from }, checkpoints);
    const ports = { ...fakePorts(), checkpoints };
    await requireUnchanged([basis], ports);
    await folders.put(from, { ...files });

    await expect(requireUnchanged([basis], ports)).rejects.toMatchObject({
      code: 'basis-changed',
      detail: expect.stringContaining(says) as unknown,
    });
  });
});
