import { FlowProducer, type JobsOptions } from 'bullmq';
import type { Redis } from 'ioredis';
import { OpsError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import type { AttemptKey } from '../../ports/ports.ts';
import { Again } from '../../ports/step-output.ts';
import { keyPrefix } from '../../redis/keys.ts';
import type { ScanStore } from '../../redis/scan-store.ts';
import type { DataReport } from '../../training-data/data-report.ts';
import type { DataScans, ScanPlan, ScanRequest } from '../../training-data/validate-data.ts';
import { kept, queues, type ScanJob } from '../jobs.ts';
import type { Payloads } from '../payloads.ts';
import { createTelemetry } from '../telemetry.ts';
import { openQueue } from '../watched-worker.ts';

/** Scans of data sets as BullMQ flows: one job per piece, and one that merges them once all are read. */
export interface DataFlows {
  readonly scansFor: (attempt: AttemptKey) => DataScans;
  readonly close: () => Promise<void>;
}

export interface ScanDeps {
  readonly store: ScanStore;
  /** Reads the beginning of each object to plan the pieces. */
  readonly plan: (question: ScanRequest, pieceBytes?: number) => Promise<ScanPlan>;
  readonly pieceBytes?: number;
  readonly payloads: Payloads;
}

/** The end of a scan wakes its step at once; this interval is for a lost wake-up. */
const lookAgainMs = 3_000;

export function createDataFlows(
  redis: Redis,
  log: Log,
  { store, plan: planOf, pieceBytes, payloads }: ScanDeps,
): DataFlows {
  const queue = openQueue(redis, log, queues.data);
  const flows = openFlows(redis, log, payloads);

  const begin = async (question: Parameters<DataScans['report']>[0], attempt: AttemptKey): Promise<Again> => {
    const { plan, schema } = await planOf(question, pieceBytes);
    await store.begin(attempt.id, { plan, schema });
    await flows.add(flowOf(attempt, plan.pieces, payloads));
    return new Again(lookAgainMs, progress(0, plan.pieces.length));
  };

  return {
    scansFor: (attempt) => ({
      report: async (question) => {
        // In this order, because the end of a scan replaces its terms with its outcome.
        const terms = await store.terms(attempt.id);
        const outcome = await store.outcome(attempt.id);
        if (outcome !== undefined) return reportOf(store, attempt, outcome);
        const merge = await queue.getJob(mergeId(attempt.id));
        if ((await merge?.getState()) === 'failed')
          throw new OpsError('data-scan-broke', merge?.failedReason ?? 'its pieces failed');
        if (merge === undefined || terms === undefined) {
          // Redis lost the scan: start it again, since it only cost time.
          await merge?.remove({ removeChildren: true });
          return begin(question, attempt);
        }
        const { processed = 0 } = await merge.getDependenciesCount({ processed: true });
        return new Again(lookAgainMs, progress(processed, terms.plan.pieces.length));
      },
    }),
    close: async () => {
      await Promise.all([flows.close(), queue.close()]);
    },
  };
}

function openFlows(redis: Redis, log: Log, payloads: Payloads): FlowProducer {
  const telemetry = createTelemetry(payloads);
  const options = { connection: redis, prefix: keyPrefix, skipVersionCheck: true, telemetry };
  const flows = new FlowProducer(options);
  flows.on('error', (error) => log.warn({ queue: queues.data, error: error.message }, 'queue'));
  return flows;
}

/** Drops a failed scan, so that the next attempt of the same step starts a new one. */
async function reportOf(
  store: ScanStore,
  { id }: AttemptKey,
  outcome: NonNullable<Awaited<ReturnType<ScanStore['outcome']>>>,
): Promise<DataReport> {
  if ('report' in outcome) return outcome.report;
  await store.drop(id);
  throw new OpsError(outcome.code, outcome.detail);
}

function progress(done: number, all: number): string {
  return `${done} of ${all} parts of the training data are read`;
}

function mergeId(scan: string): string {
  return `${scan}.merge`;
}

/** A piece that fails permanently fails the scan: a report that leaves out records is worthless. */
function flowOf(
  { id, incident }: AttemptKey,
  pieces: readonly { readonly number: number }[],
  payloads: Payloads,
): Parameters<FlowProducer['add']>[0] {
  const job = (piece?: number): ScanJob =>
    payloads.prove(queues.data, { scan: id, incident, ...(piece !== undefined && { piece }) });
  const opts: JobsOptions = { ...kept, attempts: 8 };
  return {
    name: 'merge',
    queueName: queues.data,
    data: job(),
    opts: { ...opts, jobId: mergeId(id) },
    children: pieces.map(({ number }) => ({
      name: 'piece',
      queueName: queues.data,
      data: job(number),
      opts: { ...opts, jobId: `${id}.${number}`, removeOnComplete: true, failParentOnFailure: true },
    })),
  };
}
