import { createCheckpoints } from '../aws/s3/checkpoints.ts';
import { createFixedData } from '../aws/s3/dataset-writer.ts';
import { createDatasets } from '../aws/s3/datasets.ts';
import { createS3Client } from '../aws/s3/s3-client.ts';
import { sessionS3 } from '../aws/sessions/session-s3.ts';
import { gradeHere } from '../checkpoints/grading/grade.ts';
import { createLog } from '../log.ts';
import type { Datasets } from '../ports/datasets.ts';
import type { Checkpoints } from '../ports/ports.ts';
import type { Reading } from '../ports/reading.ts';
import { datasetsWithin } from '../ports/s3/guards.ts';
import { scanDataFor } from '../queue/data/scan-data.ts';
import { connectThread } from '../redis/connection.ts';
import { createScanStore, type ScanStore } from '../redis/scan-store.ts';
import { planFix, type SourceFingerprint } from '../training-data/fix/plan/plan-fix.ts';
import { runFix } from '../training-data/fix/run-fix.ts';
import { scanPiece } from '../training-data/scan/scan-piece.ts';
import { planScan } from '../training-data/validate-data.ts';
import type { ReaderSetup, TaskName, TaskRequest, Tasks } from './tasks.ts';

interface ReaderContext {
  readonly reading: Reading;
  /** Asks the parent process for permission to write; throws its refusal. */
  readonly ask: (sources: readonly SourceFingerprint[]) => Promise<void>;
}

interface TaskDeps {
  readonly s3: ReturnType<typeof createS3Client>;
  readonly setup: ReaderSetup;
  readonly datasets: Datasets;
  readonly checkpoints: Checkpoints;
  readonly store: () => ScanStore;
  readonly ask: ReaderContext['ask'];
}

type Handlers = {
  readonly [Name in TaskName]: (
    input: Tasks[Name]['input'],
    deps: TaskDeps,
  ) => Promise<Tasks[Name]['output']>;
};

const handlers: Handlers = {
  'plan-scan': async ({ question, pieceBytes }, { datasets }) =>
    planScan(question, datasetsWithin(datasets, question.within), pieceBytes),
  'scan-piece': async ({ piece, schema }, { datasets }) => scanPiece(piece, schema, datasets),
  'scan-job': async (job, { store, datasets }) => scanDataFor(job, store(), datasets),
  'plan-fix': async (job, { datasets }) => planFix(job, datasetsWithin(datasets, job.within)),
  'run-fix': async ({ job, by, session }, { datasets: all, s3, ask, setup: { pathStyle, fence } }) => {
    const datasets = datasetsWithin(all, job.within);
    const own = session && sessionS3({ pathStyle, fence }, session);
    try {
      return await runFix(job, { by, ready: ask }, { datasets, fixedData: createFixedData(s3, own?.s3) });
    } finally {
      own?.close();
    }
  },
  'grade-checkpoint': async (question, { checkpoints }) => gradeHere(question, checkpoints),
};

export async function runTask(
  { task, input, setup }: Omit<TaskRequest, 'refused'>,
  { reading, ask }: ReaderContext,
): Promise<unknown> {
  const { s3, store } = connectionsOf(setup);
  // The input fits the task of the same request, which the compiler cannot see from the table.
  const handler = handlers[task] as (input: unknown, deps: TaskDeps) => Promise<unknown>;
  return handler(input, {
    s3,
    setup,
    store,
    ask,
    datasets: watchedDatasets(createDatasets(s3), reading),
    checkpoints: { ...createCheckpoints(s3, createLog('silent')), reading },
  });
}

function watchedDatasets(datasets: Datasets, reading: Reading): Datasets {
  return {
    ...datasets,
    reading,
    open: async function* open(object, range) {
      for await (const chunk of datasets.open(object, range)) {
        reading.moved();
        yield chunk;
      }
    },
  };
}

interface Connections {
  readonly s3: TaskDeps['s3'];
  readonly store: TaskDeps['store'];
}

let connections: Connections | undefined;

/** Created once: all tasks of a process have the same setup. */
function connectionsOf({ pathStyle, redisUrl, fence }: ReaderSetup): Connections {
  if (connections !== undefined) return connections;
  let store: ScanStore | undefined;
  connections = {
    s3: createS3Client({ pathStyle, fence }),
    store: () => {
      if (redisUrl === undefined)
        throw new TypeError('a queue job needs redisUrl in the setup of the reader');
      store ??= createScanStore(connectThread(redisUrl));
      return store;
    },
  };
  return connections;
}
