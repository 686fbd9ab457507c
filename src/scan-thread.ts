import { workerData } from 'node:worker_threads';
import { z } from 'zod';
import { createDatasets } from './aws/datasets.ts';
import { createS3Client } from './aws/s3-client.ts';
import { connectThread } from './queue/connection.ts';
import { scanDataFor, type ThreadJob } from './queue/scan-data.ts';
import { createScanStore } from './queue/scan-store.ts';

/** A thread that reads training data: judging records keeps a core busy, and nobody's click may wait for that. */
const { redisUrl, pathStyle } = z.object({ redisUrl: z.string(), pathStyle: z.boolean() }).parse(workerData);

const store = createScanStore(connectThread(redisUrl));
const datasets = createDatasets(createS3Client({ pathStyle }));

/** BullMQ takes the default export. */
export default async function scan(job: ThreadJob): Promise<string> {
  return scanDataFor(job, store, datasets);
}
