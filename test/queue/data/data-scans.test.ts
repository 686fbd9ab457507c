import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDatasets } from '../../../src/aws/s3/datasets.ts';
import { OpsError } from '../../../src/errors.ts';
import type { AttemptKey } from '../../../src/ports/ports.ts';
import { Again } from '../../../src/ports/step-output.ts';
import { type DataWork, startDataWorker } from '../../../src/queue/data/data-worker.ts';
import { createDataFlows, type DataFlows } from '../../../src/queue/data/scan-flows.ts';
import type { Running } from '../../../src/queue/watched-worker.ts';
import { createReaders, type Readers } from '../../../src/readers/readers.ts';
import { createScanStore } from '../../../src/redis/scan-store.ts';
import type { DataReport } from '../../../src/training-data/data-report.ts';
import { planScan, type ScanRequest, validateData } from '../../../src/training-data/validate-data.ts';
import { type RegionUnderTest, silent, startRegionUnderTest } from '../../aws/a-region.ts';
import { parquetThatEndsItsReader } from '../../support/bad-parquet.ts';
import { builtModule } from '../../support/build.ts';
import { firstTry } from '../../support/fake-ports.ts';
import { payloads } from '../../support/proofs.ts';
import { startRedis, type TestRedis } from '../../support/redis.ts';
import { until } from '../../support/until.ts';
import { gsm8kRows, jsonl } from '../../training-data/a-data-set.ts';

const folder = 's3://srl-rlvr-training/much-data/' as const;
const question: ScanRequest = { uris: [folder], schema: 'auto', changes: {} };

describe('a data set that several workers read', () => {
  let redis: TestRedis;
  let region: RegionUnderTest;
  let flows: DataFlows;
  let readers: Readers;
  const workers: Running[] = [];
  const hurried: string[] = [];

  beforeEach(async () => {
    [redis, region] = await Promise.all([startRedis(), startRegionUnderTest()]);
    readers = createReaders({
      max: 2,
      redisUrl: redis.url,
      pathStyle: true,
      module: builtModule('readers/reader-process.js'),
    });
    flows = createDataFlows(redis.client, silent, {
      store: createScanStore(redis.client),
      plan: async (asked, pieceBytes) => planScan(asked, createDatasets(region.clients.s3), pieceBytes),
      pieceBytes: 20_000,
      payloads,
    });
  });
  afterEach(async () => {
    await Promise.all(workers.splice(0).map((worker) => worker.close(5_000)));
    await flows.close();
    readers.close();
    await Promise.all([redis.close(), region.close()]);
    hurried.length = 0;
  });

  function startWorker(scan: DataWork['scan'] = async (job) => readers.run('scan-job', job)): void {
    const work = { scan, store: createScanStore(redis.client), most: 1, payloads };
    const wake = async (incident: string): Promise<void> => void hurried.push(incident);
    workers.push(startDataWorker(redis.client, silent, work, wake));
  }

  async function look(attemptKey: AttemptKey = firstTry): Promise<DataReport | Again> {
    return flows.scansFor(attemptKey).report(question);
  }

  async function reportOf(attemptKey?: AttemptKey): Promise<DataReport> {
    return until(async () => {
      const answer = await look(attemptKey);
      return answer instanceof Again ? undefined : answer;
    }, 'the report');
  }

  /** Six objects, each in several pieces, with one record repeated in different objects. */
  async function putData(): Promise<void> {
    const rows = gsm8kRows(6_000).map((row, n) => (n % 1_000 === 7 ? 'not json' : row));
    rows[5_900] = rows[3] ?? '';
    for (let part = 0; part < 6; part += 1)
      await region.clients.s3.send(
        new PutObjectCommand({
          Bucket: 'srl-rlvr-training',
          Key: `much-data/${part}.jsonl`,
          Body: jsonl(rows.slice(part * 1_000, (part + 1) * 1_000)),
        }),
      );
  }

  it('has the same report as a scan in one piece, even for duplicates that are far apart', async () => {
    await putData();
    const whole = await validateData(question, createDatasets(region.clients.s3));
    startWorker();
    startWorker();

    const report = await reportOf();

    expect(report).toEqual(whole);
    expect(report.byRule).toEqual({ 'not-json': 6, duplicate: 1 });
    // The report is stored before the incident is notified.
    await until(() => hurried.length > 0, 'the incident to be told');
    expect(hurried).toEqual([firstTry.incident]);
  });

  it('leaves only its report in Redis, and returns it when asked again', async () => {
    await putData();
    startWorker();
    const report = await reportOf();

    expect(await redis.client.hkeys(`{relight}:scan:${firstTry.id}`)).toEqual(['outcome']);
    expect(await look()).toEqual(report);
  });

  it('reports its progress while no worker is free, and is not started twice', async () => {
    await putData();
    const first = await look();
    const again = await look();

    expect([first, again]).toEqual([
      expect.objectContaining({
        note: expect.stringMatching(/^0 of \d\d parts of the training data are read$/),
      }),
      first,
    ]);
    const waiting = await redis.client.llen('{relight}:relight-data:wait');
    expect(first instanceof Again && first.note).toContain(`0 of ${waiting} parts`);
  });

  it('fails with the AWS error if one piece cannot be read, and a new attempt reads it', async () => {
    await putData();
    await look();
    await region.disturb({ service: 's3', operation: 'GetObject', kind: 'access-denied', count: 1 });
    startWorker();

    await expect(reportOf()).rejects.toMatchObject({ code: 'aws-denied' });

    const again = { ...firstTry, attempt: 2, id: 'fedcba9876543210', earlier: [firstTry.id] };
    expect((await reportOf(again)).records).toBe(6_000);
  });

  it('survives pieces for which AWS does not respond', async () => {
    await putData();
    await look();
    await region.disturb({ service: 's3', operation: 'GetObject', kind: 'error-5xx', count: 4 });
    startWorker();

    expect((await reportOf()).records).toBe(6_000);
  });

  it('is started again if Redis lost it', async () => {
    await putData();
    await look();
    await redis.client.flushall();

    expect(await look()).toBeInstanceOf(Again);
    startWorker();
    expect((await reportOf()).records).toBe(6_000);
  });

  it('leaves no secret in Redis if a piece fails with an error that contains one', async () => {
    const secret = 'hf_qJvXkzTnWmRbLsPdYcFgHtUeAoIiNwQr42';
    await putData();
    await look();
    startWorker(async () => {
      throw new OpsError('aws-unavailable', `GET https://data.example/part?token=${secret}`);
    });

    const kept = await until(async () => {
      const keys = await redis.client.keys('{relight}:relight-data:*.0');
      const [failed = {}] = await Promise.all(keys.map(async (key) => redis.client.hgetall(key)));
      return failed['stacktrace'] === undefined ? undefined : failed;
    }, 'a part to fail');

    expect(kept['stacktrace']).toContain('data.example/part');
    expect(kept['stacktrace']).toContain('[redacted]');
    expect(JSON.stringify(kept)).not.toContain(secret);
  });

  it('checks the rest if a parquet file crashes its reader, and names that file', async () => {
    const send = async (Key: string, Body: Uint8Array | string): Promise<unknown> =>
      region.clients.s3.send(new PutObjectCommand({ Bucket: 'srl-rlvr-training', Key, Body }));
    await send('much-data/bad.parquet', parquetThatEndsItsReader());
    await send('much-data/good.jsonl', jsonl(gsm8kRows(40)));
    await flows.close();
    flows = createDataFlows(redis.client, silent, {
      store: createScanStore(redis.client),
      plan: async (asked) => readers.run('plan-scan', { question: asked }),
      payloads,
    });
    startWorker();

    const report = await reportOf();

    expect(report).toMatchObject({ objects: 2, records: 40 });
    expect(report.samples).toContainEqual(
      expect.objectContaining({
        rule: expect.stringMatching(/^parquet-(?:unreadable|footer)$/),
        object: 'much-data/bad.parquet',
      }),
    );
  });
});
