import { type Job, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { asOpsError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import type { ScanStore } from '../../redis/scan-store.ts';
import { markFailed } from '../../tracing/span.ts';
import { canaryName } from '../canary.ts';
import { annotateJob, inJobSpan } from '../job-span.ts';
import { queues, ScanJob } from '../jobs.ts';
import type { Payloads } from '../payloads.ts';
import type { Advance } from '../steps/advance.ts';
import { createTelemetry } from '../telemetry.ts';
import {
  closing,
  createSlots,
  type Running,
  settings,
  throwWithoutSecrets,
  watched,
} from '../watched-worker.ts';
import type { ScanWord, ThreadJob } from './scan-data.ts';

export interface DataWork {
  /** Runs a job in a separate process, which may die of the data it reads. */
  readonly scan: (job: ThreadJob) => Promise<ScanWord>;
  readonly store: Pick<ScanStore, 'finish'>;
  readonly most: number;
  readonly payloads: Payloads;
}

/** Reads training data piece by piece, then wakes the step that waits for it. */
export function startDataWorker(redis: Redis, log: Log, work: DataWork, wake: Advance): Running {
  const slots = createSlots(work.most);
  const worker = new Worker(
    queues.data,
    async (job) =>
      job.name === canaryName
        ? undefined
        : slots
            .hold(async () => inJobSpan(queues.data, async () => carryOut(job, work)))
            .catch(throwWithoutSecrets),
    {
      ...settings,
      connection: redis,
      concurrency: work.most,
      telemetry: createTelemetry(work.payloads),
    },
  );
  worker.on('completed', (job, word: unknown) => {
    if (word !== 'over') return;
    const { incident } = ScanJob.parse(job.data);
    wake(incident).catch((error: unknown) =>
      log.warn({ incident, error: String(error) }, 'the step could not be woken; it checks the scan later'),
    );
  });
  return closing({ worker: watched(worker, log), slots, redis });
}

/** A piece that kills one process after another fails the whole scan. */
async function carryOut(
  { data: payload, attemptsMade, opts }: Job,
  { scan, store, payloads }: DataWork,
): Promise<ScanWord> {
  const data = payloads.open(queues.data, payload);
  annotateJob(data);
  try {
    return await scan({ data, attemptsMade, attempts: opts.attempts });
  } catch (thrown) {
    const error = asOpsError(thrown);
    const { code, detail, retry } = error;
    if (retry) throw thrown;
    markFailed(error);
    await store.finish(ScanJob.parse(data).scan, { code, detail });
    return 'over';
  }
}
