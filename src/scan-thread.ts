import { workerData } from 'node:worker_threads';
import type { SandboxedJob } from 'bullmq';
import { z } from 'zod';
import { createDatasets } from './aws/datasets.ts';
import { createS3Client } from './aws/s3-client.ts';
import { connectThread } from './queue/connection.ts';
import { ScanJob } from './queue/jobs.ts';
import { type ScanWord, scanData } from './queue/scan-data.ts';
import { createScanStore } from './queue/scan-store.ts';

/** A thread that reads training data: judging records keeps a core busy, and nobody's click may wait for that. */
const { redisUrl, pathStyle } = z.object({ redisUrl: z.string(), pathStyle: z.boolean() }).parse(workerData);

const store = createScanStore(connectThread(redisUrl));
const datasets = createDatasets(createS3Client({ pathStyle }));

export default async function scan(job: SandboxedJob<unknown>): Promise<ScanWord> {
  const last = job.attemptsMade + 1 >= (job.opts.attempts ?? 1);
  return scanData(ScanJob.parse(job.data), { last }, store, datasets);
}
