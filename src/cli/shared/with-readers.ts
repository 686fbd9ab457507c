import { availableParallelism } from 'node:os';
import { commandSettings, shellFence } from '../../config/environment.ts';
import { createReaders, type Readers } from '../../readers/readers.ts';
import type { DataReport } from '../../training-data/data-report.ts';
import { Merger } from '../../training-data/scan/merge-reports.ts';
import type { ScanRequest } from '../../training-data/validate-data.ts';

/** For commands that read user files, so that a damaged or hostile file cannot crash the command. */
export async function withReaders<Result>(work: (readers: Readers) => Promise<Result>): Promise<Result> {
  const readers = createReaders({
    max: availableParallelism(),
    pathStyle: commandSettings().pathStyleBuckets,
    fence: shellFence(),
  });
  try {
    return await work(readers);
  } finally {
    readers.close();
  }
}

/** Validates a whole data set and reads its pieces on all cores. */
export async function validatedBy(
  readers: Readers,
  question: ScanRequest,
  progress: (done: number, all: number) => void = () => undefined,
): Promise<DataReport> {
  const { plan, schema } = await readers.run('plan-scan', { question });
  const merger = new Merger(schema, plan);
  let done = 0;
  await Promise.all(
    plan.pieces.map(async (piece) => {
      merger.add(await readers.run('scan-piece', { piece, schema }));
      done += 1;
      progress(done, plan.pieces.length);
    }),
  );
  return merger.finish();
}
