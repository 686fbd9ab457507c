import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCheckpoints } from '../../../src/aws/s3/checkpoints.ts';
import { createFixedData } from '../../../src/aws/s3/dataset-writer.ts';
import { silent } from '../../aws/a-region.ts';
import { tokenFor } from '../../support/a-token.ts';
import { firstTry } from '../../support/fake-ports.ts';
import { audit, bucket, type Deputy, foreign, startDeputy } from './a-deputy.ts';

/** The adapters of a running Relight with the real SDK; the oracle is the ledger of the stand-in Region. */
describe('Relight as the deputy of whoever can name an S3 address', () => {
  let deputy: Deputy;
  beforeAll(async () => {
    deputy = await startDeputy();
  });
  afterAll(async () => deputy.close());

  const written = async (): Promise<number> =>
    (await deputy.region.committed('PutObject')).length +
    (await deputy.region.committed('CopyObject')).length;
  const refused = { code: 's3-not-allowed' };

  it.each([
    ['another bucket', 's3://other-team/models/'],
    ['an access point', 's3://arn:aws:s3:us-east-1:123456789012:accesspoint/theirs/models/'],
    ['the ARN of another partition', 's3://arn:aws-cn:s3:::srl-rlvr-training/checkpoints/'],
    ['the alias of an access point', 's3://theirs-1a2b3c4d5e-s3alias/models/'],
    ['a bucket whose name begins like the one of the job', 's3://srl-rlvr-training-2/checkpoints/'],
    ['a folder that is left with ..', `${bucket}/checkpoints/../secrets/`],
  ] as const)('reads and copies nothing from %s, although the job could name it', async (_, uri) => {
    const { checkpoints, datasets } = deputy.portsOf();
    const before = await written();
    const token = tokenFor(firstTry, { CheckpointConfig: { S3Uri: `${bucket}/checkpoints-recovery/r1/` } });

    await expect(checkpoints.files(uri)).rejects.toMatchObject(refused);
    await expect(checkpoints.folders(uri)).rejects.toMatchObject(refused);
    await expect(datasets.objects(uri)).rejects.toMatchObject(refused);
    await expect(checkpoints.stage(uri, `${bucket}/checkpoints-recovery/r1/`, token)).rejects.toMatchObject(
      refused,
    );
    expect(await written()).toBe(before);
  });

  it('says in one line which address is refused, what names it, and which key of relight.yaml allows it', async () => {
    const { locations } = deputy.portsOf({ checkpoints: [`${bucket}/checkpoints/gold/`] });

    await expect(
      locations.requireFor('checkpoints', `${bucket}/checkpoints/silver/`, 'named by a person'),
    ).rejects.toThrow(
      `Relight may not use this S3 location: ${bucket}/checkpoints/silver/ (named by a person) is not under tiers.gold.s3.checkpoints`,
    );
  });

  it('takes a prefix of the tier as a folder: neither prefix2/ nor the prefix without a slash is inside', async () => {
    const { datasets } = deputy.portsOf({
      checkpoints: [foreign],
      data: [`${bucket}/data`],
      output: [foreign],
    });

    expect((await datasets.objects(`${bucket}/data/`)).map(({ key }) => key)).toContain('data/a.jsonl');
    await expect(datasets.objects(`${bucket}/data2/`)).rejects.toMatchObject(refused);
    await expect(datasets.objects(`${bucket}/data`)).rejects.toThrow('end it with a slash');
    await expect(datasets.objects(`${bucket}//data/`)).rejects.toMatchObject(refused);
  });

  it('never reads or writes the audit bucket, even where relight.yaml and the job name it', async () => {
    const { checkpoints, datasets } = deputy.portsOf({
      checkpoints: [`s3://${audit}/`],
      data: [`s3://${audit}/`],
      output: [`s3://${audit}/`],
    });
    const own = { code: 'own-records' };
    const unguarded = createCheckpoints(deputy.clients.s3, silent);
    const token = tokenFor(firstTry, { CheckpointConfig: { S3Uri: `s3://${audit}/r1/` } });

    await expect(checkpoints.files(`s3://${audit}/intents/`)).rejects.toMatchObject(own);
    await expect(datasets.objects(`s3://${audit}/`)).rejects.toMatchObject(own);
    await expect(unguarded.files(`s3://${audit}/intents/`)).rejects.toMatchObject(own);
    await expect(
      unguarded.place(`s3://${audit}/r1/`, { name: 'latest', bytes: new Uint8Array() }, token),
    ).rejects.toMatchObject(own);
    await expect(createFixedData(deputy.clients.s3).put(`s3://${audit}/x`, bytes())).rejects.toMatchObject(
      own,
    );
  });

  it('writes only under s3.recovery and s3.fixed_data, whatever an approved request says', async () => {
    const before = await written();
    const folder = `${bucket}/checkpoints/gold/` as const;
    const token = tokenFor(firstTry, {
      CheckpointConfig: { S3Uri: folder },
      HyperParameters: { sagemaker_submit_directory: `${bucket}/code/sourcedir.tar.gz` },
    });
    const { checkpoints, sourceArchives } = deputy.portsOf();
    const unguarded = createCheckpoints(deputy.clients.s3, silent);
    const file = { name: 'latest', bytes: new Uint8Array() };

    await expect(checkpoints.place(folder, file, token)).rejects.toMatchObject(refused);
    await expect(unguarded.place(folder, file, token)).rejects.toMatchObject(refused);
    await expect(
      sourceArchives.place(`${bucket}/code/sourcedir.tar.gz`, bytes(), token),
    ).rejects.toMatchObject(refused);
    expect(await written()).toBe(before);
  });

  it('does not follow a manifest into a bucket that the job does not use, and copies no object that it names', async () => {
    const { dataFixes } = deputy.portsOf();
    const fix = {
      sources: [{ channel: 'train', uri: `${bucket}/data/evil.manifest` as const }],
      schema: 'auto' as const,
      changes: {},
      approved: [],
      dropLimit: 0.05,
      target: `${bucket}/fixed-data/x/` as const,
    };

    await expect(dataFixes.plan(fix)).rejects.toThrow(`${foreign} (named by a manifest) is in none of`);
    await expect(dataFixes.plan({ ...fix, target: 's3://other-team/x/' })).rejects.toMatchObject(refused);
  });

  it('does not read what an augmented manifest names', async () => {
    const { dataFixes } = deputy.portsOf();

    const { objects } = await dataFixes.plan({
      sources: [{ channel: 'train', uri: `${bucket}/data/lines.manifest` }],
      schema: 'auto',
      changes: {},
      approved: [],
      dropLimit: 0.05,
      target: `${bucket}/fixed-data/y/`,
    });
    expect(objects.map(({ object }) => object.uri)).toEqual([`${bucket}/data/lines.manifest`]);
  });
});

async function* bytes(): AsyncGenerator<Uint8Array> {
  yield Uint8Array.of(1);
}
