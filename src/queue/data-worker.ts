import { Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Log } from '../log.ts';
import type { Advance } from './advance.ts';
import { queues, ScanJob } from './jobs.ts';
import { closing, type Running, settings, watched } from './watched-worker.ts';

/** How training data is read: in threads of their own, as many at a time as there are cores. */
export interface DataThreads {
  /** The module that a thread runs: its default export takes a job. */
  readonly file: URL;
  readonly data: { readonly redisUrl: string; readonly pathStyle: boolean };
  /** Node options that the module needs to load. */
  readonly execArgv?: string[];
  /** At most this many at a time. */
  readonly most: number;
}

/** Reads training data, piece by piece, and makes the step look that waits for it. */
export function startDataWorker(
  redis: Redis,
  log: Log,
  { file, data, execArgv, most }: DataThreads,
  hurry: Advance,
): Running {
  const worker = new Worker(queues.data, file, {
    ...settings,
    connection: redis,
    concurrency: most,
    useWorkerThreads: true,
    workerThreadsOptions: { workerData: data, ...(execArgv !== undefined && { execArgv }) },
  });
  worker.on('completed', (job, word: unknown) => {
    if (word !== 'over') return;
    const { incident } = ScanJob.parse(job.data);
    hurry(incident).catch((error: unknown) =>
      log.warn({ incident, error: String(error) }, 'the step looks at the data a little later'),
    );
  });
  return closing([watched(worker, log)]);
}
