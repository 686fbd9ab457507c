import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Checkpoints } from '../../../src/ports/ports.ts';
import { type RegionUnderTest, startRegionUnderTest } from '../a-region.ts';
import { type CheckpointFolders, checkpointFolders } from '../checkpoint-folders.ts';

describe('checkpoints in S3', () => {
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

  it('are found by folder without listing the contents', async () => {
    const root = folders.fresh();
    await folders.put(root, {
      'checkpoint-100/model.safetensors': 'a',
      'checkpoint-200/global_step200/shard.pt': 'b',
      'runs.log': 'c',
    });

    expect(await checkpoints.folders(root)).toEqual(['checkpoint-100', 'checkpoint-200']);
  });

  it('are all found on more than one page', async () => {
    const root = folders.fresh();
    const names = Array.from({ length: 1_050 }, (_, n) => `checkpoint-${n}/trainer_state.json`);
    await folders.put(root, Object.fromEntries(names.map((name) => [name, '{}'])));

    expect(await checkpoints.folders(root)).toHaveLength(1_050);
    expect(await checkpoints.files(root)).toHaveLength(1_050);
  });

  it('keep their file names with any characters', async () => {
    const root = folders.fresh();
    const files = { 'a+b c.pt': '1', 'deep/er/ü%20.json': '2', 'x&y<z>.txt': '3' };
    await folders.put(root, { ...files, 'folder-of-the-console/': '' });

    expect(await folders.contents(root)).toEqual(files);
  });

  it('are empty lists when the prefix does not exist', async () => {
    const root = folders.fresh();

    expect(await checkpoints.files(root)).toEqual([]);
    expect(await checkpoints.folders(root)).toEqual([]);
  });

  it('are graded without upload information when the role may not list uploads', async () => {
    await region.disturb({
      service: 's3',
      operation: 'ListMultipartUploads',
      kind: 'access-denied',
      count: 1,
    });

    expect(await checkpoints.uploadsInFlight(folders.fresh())).toEqual([]);
  });

  it('are read in ranges from either end', async () => {
    const root = folders.fresh();
    await folders.put(root, { weights: '0123456789' });
    const file = await folders.file(root, 'weights');

    const read = async (range: Parameters<Checkpoints['read']>[2]): Promise<string> =>
      Buffer.from(await checkpoints.read(root, file, range)).toString();

    expect(await read({ start: 2, length: 3 })).toBe('234');
    expect(await read({ last: 4 })).toBe('6789');
    expect(await read({ start: 8, length: 100 })).toBe('89');
    expect(await read({ start: 10, length: 5 })).toBe('');
    expect(await read({ start: 0, length: 0 })).toBe('');
  });

  it('are read in the listed version or not at all', async () => {
    const root = folders.fresh();
    await folders.put(root, { weights: 'old' });
    const listed = await folders.file(root, 'weights');
    await folders.put(root, { weights: 'new' });

    const overwritten = checkpoints.read(root, listed, { start: 0, length: 3 });
    const gone = checkpoints.read(root, { ...listed, name: 'gone' }, { start: 0, length: 3 });

    await expect(overwritten).rejects.toMatchObject({ code: 'checkpoint-changed', retry: true });
    await expect(gone).rejects.toMatchObject({ code: 'checkpoint-changed', retry: true });
  });

  it('are read with a timeout', async () => {
    const root = folders.fresh();
    await folders.put(root, { weights: 'x' });
    const file = await folders.file(root, 'weights');
    await region.disturb({ service: 's3', operation: 'GetObject', kind: 'hang-before', count: 3 });

    const read = checkpoints.read(root, file, { start: 0, length: 1 });

    await expect(read).rejects.toMatchObject({ code: 'aws-unavailable', retry: true });
  });
});
