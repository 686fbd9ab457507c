import { CopyObjectCommand, CreateMultipartUploadCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createCheckpoints } from '../../src/aws/checkpoints.ts';
import type { Checkpoints, S3Uri, StoredFile } from '../../src/playbooks/ports.ts';
import { type RegionUnderTest, silent, startRegionUnderTest } from './a-region.ts';

const Bucket = 'srl-rlvr-training';

describe('checkpoints in S3', () => {
  let region: RegionUnderTest;
  let checkpoints: Checkpoints;
  let number = 0;

  beforeAll(async () => {
    region = await startRegionUnderTest();
    checkpoints = createCheckpoints(region.clients.s3, silent);
  });
  afterEach(async () => region.calm());
  afterAll(async () => region.close());

  function freshFolder(): S3Uri {
    number += 1;
    return `s3://${Bucket}/checkpoints/test-${number}/`;
  }

  async function put(folder: S3Uri, name: string, body: string): Promise<void> {
    const Key = `${folder.slice(`s3://${Bucket}/`.length)}${name}`;
    await region.clients.s3.send(new PutObjectCommand({ Bucket, Key, Body: body }));
  }

  async function theFile(folder: S3Uri, name: string): Promise<StoredFile> {
    const file = (await checkpoints.files(folder)).find((one) => one.name === name);
    if (file === undefined) throw new Error(`${folder} holds no ${name}`);
    return file;
  }

  async function contents(folder: S3Uri): Promise<Record<string, string>> {
    const files = await checkpoints.files(folder);
    const read = files.map(async (file) => {
      const bytes = await checkpoints.read(folder, file, { start: 0, length: file.size });
      return [file.name, Buffer.from(bytes).toString()] as const;
    });
    return Object.fromEntries(await Promise.all(read));
  }

  it('are found by their folders, and what is inside is not walked', async () => {
    const root = freshFolder();
    await put(root, 'checkpoint-100/model.safetensors', 'a');
    await put(root, 'checkpoint-200/global_step200/shard.pt', 'b');
    await put(root, 'runs.log', 'c');

    expect(await checkpoints.folders(root)).toEqual(['checkpoint-100', 'checkpoint-200']);
  });

  it('are all found when they fill more than one page', async () => {
    const root = freshFolder();
    const names = Array.from({ length: 1_050 }, (_, n) => `checkpoint-${n}/trainer_state.json`);
    for (let start = 0; start < names.length; start += 50)
      await Promise.all(names.slice(start, start + 50).map((name) => put(root, name, '{}')));

    expect(await checkpoints.folders(root)).toHaveLength(1_050);
    expect(await checkpoints.files(root)).toHaveLength(1_050);
  });

  it('keep the names of their files, whatever characters are in them', async () => {
    const root = freshFolder();
    const names = ['a+b c.pt', 'deep/er/ü%20.json', 'x&y<z>.txt'];
    for (const name of names) await put(root, name, name);
    await put(root, 'folder-of-the-console/', '');

    const files = await checkpoints.files(root);

    expect(files.map(({ name }) => name).toSorted()).toEqual(names.toSorted());
    expect(await contents(root)).toEqual(Object.fromEntries(names.map((name) => [name, name])));
  });

  it('that are not there are no files and no folders', async () => {
    const root = freshFolder();

    expect(await checkpoints.files(root)).toEqual([]);
    expect(await checkpoints.folders(root)).toEqual([]);
  });

  it('show which files are still being uploaded', async () => {
    const root = freshFolder();
    const Key = `${root.slice(`s3://${Bucket}/`.length)}checkpoint-1/optimizer.pt`;
    await region.clients.s3.send(new CreateMultipartUploadCommand({ Bucket, Key }));

    expect(await checkpoints.uploadsInFlight(root)).toEqual(['checkpoint-1/optimizer.pt']);
  });

  it('are judged by what is there when the role may not see uploads', async () => {
    await region.disturb({
      service: 's3',
      operation: 'ListMultipartUploads',
      kind: 'access-denied',
      count: 1,
    });

    expect(await checkpoints.uploadsInFlight(freshFolder())).toEqual([]);
  });

  it('are read in ranges, from either end', async () => {
    const root = freshFolder();
    await put(root, 'weights', '0123456789');
    const file = await theFile(root, 'weights');

    const read = async (range: Parameters<Checkpoints['read']>[2]): Promise<string> =>
      Buffer.from(await checkpoints.read(root, file, range)).toString();

    expect(await read({ start: 2, length: 3 })).toBe('234');
    expect(await read({ last: 4 })).toBe('6789');
    expect(await read({ start: 8, length: 100 })).toBe('89');
    expect(await read({ start: 10, length: 5 })).toBe('');
    expect(await read({ start: 0, length: 0 })).toBe('');
  });

  it('are read in the version that was listed, or not at all', async () => {
    const root = freshFolder();
    await put(root, 'weights', 'old');
    const listed = await theFile(root, 'weights');
    await put(root, 'weights', 'new');

    const read = checkpoints.read(root, listed, { start: 0, length: 3 });

    await expect(read).rejects.toMatchObject({ code: 'checkpoint-changed', retry: true });
    const gone = checkpoints.read(root, { ...listed, name: 'gone' }, { start: 0, length: 3 });
    await expect(gone).rejects.toMatchObject({ code: 'checkpoint-changed' });
  });

  it('are not waited for for ever', async () => {
    const root = freshFolder();
    await put(root, 'weights', 'x');
    const file = await theFile(root, 'weights');
    await region.disturb({ service: 's3', operation: 'GetObject', kind: 'hang-before', count: 3 });

    const read = checkpoints.read(root, file, { start: 0, length: 1 });

    await expect(read).rejects.toMatchObject({ code: 'aws-unavailable' });
  });

  describe('that are staged', () => {
    it('arrive whole under a new prefix, and a second staging copies nothing again', async () => {
      const [from, to] = [freshFolder(), freshFolder()];
      const files = { 'a+b c.pt': 'one', 'deep/ü.json': 'two', 'empty.bin': '' };
      for (const [name, body] of Object.entries(files)) await put(from, name, body);

      expect(await checkpoints.stage(from, to)).toEqual({ files: 3, bytes: 6 });
      const copies = (await region.committed('CopyObject')).length;
      expect(await checkpoints.stage(from, to)).toEqual({ files: 3, bytes: 6 });

      expect(await contents(to)).toEqual(files);
      expect(await contents(from)).toEqual(files);
      expect((await region.committed('CopyObject')).length).toBe(copies);
    });

    it('are completed by the next try when the first was cut short', async () => {
      const [from, to] = [freshFolder(), freshFolder()];
      for (let n = 0; n < 30; n += 1) await put(from, `shard-${n}`, `${n}`);
      await region.disturb({ service: 's3', operation: 'CopyObject', kind: 'access-denied', count: 1 });

      await expect(checkpoints.stage(from, to)).rejects.toMatchObject({ code: 'aws-denied' });
      expect(await checkpoints.stage(from, to)).toMatchObject({ files: 30 });

      expect(await contents(to)).toEqual(await contents(from));
    });

    it('replace what stood there with another content', async () => {
      const [from, to] = [freshFolder(), freshFolder()];
      await put(from, 'state.json', 'good');
      await put(to, 'state.json', 'evil');

      await checkpoints.stage(from, to);

      expect(await contents(to)).toEqual({ 'state.json': 'good' });
    });

    it('are refused when the new folder holds a file that is not in the old one', async () => {
      const [from, to] = [freshFolder(), freshFolder()];
      await put(from, 'state.json', 'good');
      await put(to, 'stranger', 'x');

      await expect(checkpoints.stage(from, to)).rejects.toMatchObject({ code: 'staging-incomplete' });
    });

    it('are refused when there is nothing to stage', async () => {
      await expect(checkpoints.stage(freshFolder(), freshFolder())).rejects.toMatchObject({
        code: 'no-checkpoint',
      });
    });
  });

  it('copy nothing but the version that was listed', async () => {
    const root = freshFolder();
    await put(root, 'weights', 'new');

    // What the stand-in must refuse for the test above it to mean anything.
    const copy = region.clients.s3.send(
      new CopyObjectCommand({
        Bucket,
        Key: 'x',
        CopySource: `${Bucket}/${root.slice(`s3://${Bucket}/`.length)}weights`,
        CopySourceIfMatch: '"0"',
      }),
    );

    await expect(copy).rejects.toMatchObject({ name: 'PreconditionFailed' });
  });
});
