import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RegionUnderTest, startRegionUnderTest } from '../aws/a-region.ts';
import { brokenS3 } from '../aws/broken-s3.ts';
import { type Ran, runRelight } from '../support/run-relight.ts';
import { gsm8kRows, jsonl, withDefect } from '../training-data/a-data-set.ts';

describe('relight data validate', () => {
  let region: RegionUnderTest;
  beforeAll(async () => {
    region = await startRegionUnderTest();
    for (const [name, lines] of [
      ['good', gsm8kRows(120)],
      ['bad', withDefect('{"question": NaN, "answer": "#### 1"}')],
    ] as const)
      await region.clients.s3.send(
        new PutObjectCommand({
          Bucket: 'srl-rlvr-training',
          Key: `v/${name}/train.jsonl`,
          Body: jsonl(lines),
        }),
      );
  });
  afterAll(async () => region.close());

  const validate = async (...args: readonly string[]): Promise<Ran> => validateAt(region.region.url, ...args);
  const validateAt = async (url: string, ...args: readonly string[]): Promise<Ran> =>
    runRelight(['data', 'validate', ...args], {
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_ENDPOINT_URL: url,
      RELIGHT_CONFIG: 'relight.example.yaml',
    });

  it('prints JSON with counts and samples, and sets the exit code', async () => {
    const ran = await validate('--s3-uri', 's3://srl-rlvr-training/v/bad/', '--tier', 'gold', '--json');

    expect(ran.code).toBe(1);
    expect(ran.err).toBe('1 of 1 pieces read\n');
    expect(JSON.parse(ran.out)).toMatchObject({
      schema: 'gsm8k',
      records: 200,
      broken: 1,
      errors: 2,
      warnings: 0,
      byRule: { 'nan-literal': 1, 'field-null': 1 },
      samples: [
        { rule: 'nan-literal', object: 'v/bad/train.jsonl', line: 51 },
        { rule: 'field-null', line: 51 },
      ],
    });
  });

  it('prints plain text, and reads an object once that two URIs cover', async () => {
    const good = 's3://srl-rlvr-training/v/good/train.jsonl';
    const ran = await validate(
      '--s3-uri',
      good,
      '--s3-uri',
      's3://srl-rlvr-training/v/good/',
      '--tier',
      'gold',
    );

    expect(ran.code).toBe(0);
    expect(ran.out).toMatch(/^All 120 records are valid\n/);
    expect(ran.out).toContain('Found: 0 errors, 0 warnings');
  });

  it('reports usage errors before it calls AWS', async () => {
    const [noAddress, noTier] = await Promise.all([
      validate('--s3-uri', '/data/train.jsonl', '--tier', 'gold'),
      validate('--s3-uri', 's3://srl-rlvr-training/v/', '--tier', 'lead'),
    ]);

    expect([noAddress, noTier]).toMatchObject([
      { code: 2, out: '' },
      { code: 2, out: '' },
    ]);
    expect(noAddress.err).toContain('does not look like s3://bucket/prefix/');
    expect(noTier.err).toContain('relight.yaml has no tier lead; its tiers are gold, silver, bronze');
  });

  it('reports an AWS error instead of calling the data bad', async () => {
    await region.disturb({ service: 's3', operation: 'GetObject', kind: 'access-denied', count: 1 });
    const ran = await validate('--s3-uri', 's3://srl-rlvr-training/v/good/', '--tier', 'gold');
    await region.calm();

    expect(ran).toMatchObject({ code: 1, out: '', err: expect.stringMatching(/^relight: AWS denies.*\n$/) });
  });

  it('reads a large object in several processes and counts lines across the whole object', async () => {
    const padding = 'x'.repeat(8_000);
    const rows = gsm8kRows(4_400).map((row) => row.replace('}', `, "padding": "${padding}"}`));
    rows[4_300] = 'broken';
    const s3 = await brokenS3(Buffer.from(jsonl(rows)), { breaksAfter: 5_000_000, breaks: 2 });

    const ran = await validateAt(s3.url, '--s3-uri', 's3://big-bucket/big.jsonl', '--tier', 'gold', '--json');
    await s3.close();

    expect(ran).toMatchObject({ code: 1, err: '1 of 2 pieces read\n2 of 2 pieces read\n' });
    const offset = Buffer.byteLength(jsonl(rows.slice(0, 4_300)));
    expect(JSON.parse(ran.out)).toMatchObject({
      records: 4_400,
      byRule: { 'not-json': 1 },
      samples: [{ line: 4_301, offset }],
    });
  });
});
