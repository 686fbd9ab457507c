import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RegionUnderTest, startRegionUnderTest } from '../aws/a-region.ts';
import { type Ran, runRelight } from '../support/run-relight.ts';
import { gsm8kRows, jsonl } from '../training-data/a-data-set.ts';

const Bucket = 'srl-rlvr-training';

describe('relight data fix', () => {
  let region: RegionUnderTest;
  const rows = gsm8kRows(60);
  const source = `\ufeff${jsonl(rows)}{"question": NaN, "answer": "#### 1"}\n{"question": "cut`;

  beforeAll(async () => {
    region = await startRegionUnderTest();
    await region.clients.s3.send(
      new PutObjectCommand({ Bucket, Key: 'raw/gold/train/a.jsonl', Body: source }),
    );
  });
  afterAll(async () => region.close());

  const fix = async (...args: readonly string[]): Promise<Ran> =>
    runRelight(['data', 'fix', '--s3-uri', `s3://${Bucket}/raw/gold/train/`, ...args], {
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_ENDPOINT_URL: region.region.url,
      RELIGHT_CONFIG: 'relight.example.yaml',
    });

  async function keysBelow(Prefix: string): Promise<(string | undefined)[]> {
    const { Contents = [] } = await region.clients.s3.send(new ListObjectsV2Command({ Bucket, Prefix }));
    return Contents.map(({ Key }) => Key);
  }

  async function textOf(Key: string): Promise<string | undefined> {
    const { Body } = await region.clients.s3.send(new GetObjectCommand({ Bucket, Key }));
    return Body?.transformToString();
  }

  it('only shows the planned fixes without --fix-issues', async () => {
    const { code, out } = await fix('--to', `s3://${Bucket}/dry/`, '--tier', 'gold');

    expect(code).toBe(1);
    expect(out).toContain('Write a fixed copy of 61 records: 60 kept, 1 quarantined\n');
    expect(out).toContain('bom: changes 1 record: byte order mark removed\n');
    expect(out).toMatch(/Nothing was written. Add --fix-issues to write the copy.\n$/);
    expect(await keysBelow('dry/')).toEqual([]);
  });

  it('writes a fixed copy and prints JSON, and finds its own copy on a second run', async () => {
    const args = ['--to', `s3://${Bucket}/wet`, '--fix-issues', '--tier', 'gold', '--json'];
    const first = await fix(...args);
    const again = await fix(...args);

    expect(first).toMatchObject({ code: 0, err: '' });
    expect(JSON.parse(first.out)).toMatchObject({
      records: 62,
      errors: 3,
      byRule: { bom: 1, 'nan-literal': 1, 'field-null': 1, 'cut-last-line': 1 },
      samples: expect.arrayContaining([expect.objectContaining({ rule: 'nan-literal', line: 61 })]),
      fixed: { bom: 1, 'cut-last-line': 1 },
      quarantined: 1,
      inputs: { train: `s3://${Bucket}/wet/train/` },
      manifest: `s3://${Bucket}/wet/relight-manifest.json`,
      revalidated: { records: 60, errors: 0 },
    });
    expect(again).toEqual(first);
    expect(await keysBelow('wet/')).toEqual([
      'wet/relight-manifest.json',
      'wet/relight-quarantine.jsonl',
      'wet/train/a.jsonl',
    ]);
    expect(await textOf('wet/train/a.jsonl')).toBe(jsonl(rows));
    expect(await textOf('raw/gold/train/a.jsonl')).toBe(source);
  });

  it('stops with one line and a remedy when it would lose too much or the target exists', async () => {
    await region.clients.s3.send(
      new PutObjectCommand({ Bucket, Key: 'taken/train/a.jsonl', Body: 'theirs' }),
    );
    const [lossy, taken] = await Promise.all([
      fix('--to', `s3://${Bucket}/lossy/`, '--fix-issues', '--drop-limit', '1'),
      fix('--to', `s3://${Bucket}/taken/`, '--fix-issues'),
    ]);

    expect([lossy.code, taken.code]).toEqual([1, 1]);
    expect(lossy.err).toMatch(/^relight: .*2 of 62 records \(3.2%\), over the limit of 1%.*\n$/);
    expect(taken.err).toMatch(
      /^relight: The target of the fixed data already contains something else: .*taken\/train\/a.jsonl.*--to.*\n$/,
    );
    expect(await keysBelow('lossy/')).toEqual([]);
    expect(await textOf('taken/train/a.jsonl')).toBe('theirs');
  });

  it('reports usage errors before it calls AWS', async () => {
    const to = ['--to', 's3://some-bucket/x/'];
    const misused = await Promise.all([
      fix('--to', 'here'),
      fix(...to, '--drop-limit', 'all'),
      fix(...to, '--approve', 'bom'),
    ]);

    expect(misused.map(({ code, out }) => ({ code, out }))).toEqual(Array(3).fill({ code: 2, out: '' }));
    expect(misused.map(({ err }) => err.split('\n')[0])).toEqual([
      'relight: here does not look like s3://bucket/prefix/',
      'relight: --drop-limit must be a percentage from 0 to 100, not all',
      expect.stringContaining('bom'),
    ]);
  });
});
