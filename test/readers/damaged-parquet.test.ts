import { monitorEventLoopDelay } from 'node:perf_hooks';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { validatedBy } from '../../src/cli/shared/with-readers.ts';
import { createReaders, type Readers } from '../../src/readers/readers.ts';
import type { DataReport } from '../../src/training-data/data-report.ts';
import { type RegionUnderTest, startRegionUnderTest } from '../aws/a-region.ts';
import { builtModule } from '../support/build.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { gsm8kRow } from '../training-data/a-data-set.ts';

/** The long form: FLIPS=600 npx vitest run test/readers */
const flips = Number(process.env['FLIPS'] ?? 24);
const Bucket = 'srl-rlvr-training';
const rows = Array.from({ length: 40 }, (_, n) => gsm8kRow(n));
const whole = Buffer.from(
  parquetWriteBuffer({
    columnData: [
      { name: 'question', data: rows.map(({ question }) => question), type: 'STRING' },
      { name: 'answer', data: rows.map(({ answer }) => answer), type: 'STRING' },
    ],
    rowGroupSize: 16,
  }),
);

describe('a damaged parquet file', () => {
  let region: RegionUnderTest;
  let readers: Readers;

  beforeAll(async () => {
    region = await startRegionUnderTest();
    readers = createReaders({ max: 2, pathStyle: true, module: builtModule('readers/reader-process.js') });
  });
  afterAll(async () => {
    readers.close();
    await region.close();
  });

  async function reportOn(name: string, bytes: Uint8Array): Promise<DataReport> {
    const send = async (Key: string, Body: Uint8Array): Promise<unknown> =>
      region.clients.s3.send(new PutObjectCommand({ Bucket, Key, Body }));
    await send(`damaged/${name}/bad.parquet`, bytes);
    await send(`damaged/${name}/good.parquet`, whole);
    return validatedBy(readers, {
      uris: [`s3://${Bucket}/damaged/${name}/`],
      schema: 'gsm8k',
      changes: {},
    });
  }

  it(`never ends or holds up the process, wherever a bit is wrong: ${flips} places, and the file beside it is judged`, async () => {
    const roll = seededRandom(7);
    const delay = monitorEventLoopDelay({ resolution: 20 });
    delay.enable();
    for (let flip = 0; flip < flips; flip += 1) {
      const at = Math.floor(roll() * whole.length);
      const bytes = Buffer.from(whole);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << Math.floor(roll() * 8));
      const report = await reportOn(`flip-${flip}`, bytes);
      expect(report.objects, `a bit of byte ${at}`).toBe(2);
      expect(report.records, `a bit of byte ${at}`).toBeGreaterThanOrEqual(40);
    }
    delay.disable();
    // The machine itself may be busy; reading in this process took a minute.
    expect(delay.max / 1e6).toBeLessThan(5_000);
  }, 1_200_000);

  it('never crashes or blocks the process, wherever it is truncated', async () => {
    for (const share of [0.1, 0.5, 0.9, 0.99]) {
      const report = await reportOn(`cut-${share}`, whole.subarray(0, Math.floor(whole.length * share)));
      expect(report).toMatchObject({ objects: 2, records: 40, byRule: { 'parquet-magic': 1 } });
    }
  });
});
