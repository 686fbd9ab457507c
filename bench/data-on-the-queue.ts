import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Redis } from 'ioredis';
import { pino } from 'pino';
import { startRedisServer } from '../sandbox/redis.ts';
import { keyVariablesOfSandbox } from '../sandbox/relight-process.ts';
import { createDatasets } from '../src/aws/s3/datasets.ts';
import { createS3Client } from '../src/aws/s3/s3-client.ts';
import { Again } from '../src/ports/step-output.ts';
import { createDataFlows, type DataFlows } from '../src/queue/data/scan-flows.ts';
import { createScanStore } from '../src/redis/scan-store.ts';
import type { DataReport } from '../src/training-data/data-report.ts';
import { planScan } from '../src/training-data/validate-data.ts';
import { payloads } from '../test/support/proofs.ts';
import { until } from '../test/support/until.ts';
import { digits, type Figure, median } from './figures.ts';
import type { Prepared } from './training-data.ts';

/** Generous, for slow machines. */
const timeoutMs = 600_000;

/** Reads the same data as a playbook step does: in pieces, by one and by two workers with one thread each. */
export async function benchQueue(prepared: readonly Prepared[], rounds: number): Promise<Figure[]> {
  const server = await startRedisServer();
  const redis = new Redis(server.url, { maxRetriesPerRequest: null });
  const datasets = createDatasets(createS3Client({ pathStyle: true }));
  const flows = createDataFlows(redis, pino({ level: 'silent' }), {
    store: createScanStore(redis),
    plan: async (question, pieceBytes) => planScan(question, datasets, pieceBytes),
    payloads,
  });
  try {
    const figures: Figure[] = [];
    for (const one of prepared) figures.push(await figureOf(one, flows, server.url, rounds));
    return figures;
  } finally {
    await flows.close();
    redis.disconnect();
    await server.close();
  }
}

async function figureOf(one: Prepared, flows: DataFlows, redisUrl: string, rounds: number): Promise<Figure> {
  const times: number[] = [];
  let [alone, together] = [0, 0];
  for (let round = 0; round < rounds; round += 1) {
    alone = await timeWith(1, one, flows, redisUrl);
    together = await timeWith(2, one, flows, redisUrl);
    times.push(alone / together);
  }
  return {
    what: `${Math.round(one.written.bytes / 1e6)} MB of ${one.form.name} on the queue: two workers vs. one`,
    value: `${digits(median(times))} × (${digits(alone)} s and ${digits(together)} s in the last round)`,
  };
}

/** Seconds until the report is ready, including the start of threads but not of processes. */
async function timeWith(
  workers: number,
  { form, written, relight }: Prepared,
  flows: DataFlows,
  redisUrl: string,
): Promise<number> {
  const thread = new URL('../readers/reader-process.js', `file://${relight}`);
  const children = Array.from({ length: workers }, () =>
    fork(fileURLToPath(new URL('./data-worker.ts', import.meta.url)), [redisUrl, thread.href], {
      env: { ...process.env, ...keyVariablesOfSandbox },
    }),
  );
  try {
    await Promise.all(children.map(async (child) => once(child, 'message')));
    const start = performance.now();
    const report = await reportOn(`s3://data/${form.name}/`, flows);
    if (report.records !== written.records)
      throw new Error(`the queue read ${report.records} records of ${form.name}`);
    return (performance.now() - start) / 1_000;
  } finally {
    for (const child of children) child.disconnect();
    await Promise.all(children.map(async (child) => child.exitCode ?? once(child, 'exit')));
  }
}

async function reportOn(uri: `s3://${string}`, flows: DataFlows): Promise<DataReport> {
  const id = `${Date.now()}`;
  const scans = flows.scansFor({ incident: 'bench', step: 'checked', attempt: 1, id, earlier: [] });
  const look = async (): Promise<DataReport | undefined> => {
    const answer = await scans.report({ uris: [uri], schema: 'auto', changes: {} });
    return answer instanceof Again ? undefined : answer;
  };
  return until(look, 'the report', timeoutMs);
}
