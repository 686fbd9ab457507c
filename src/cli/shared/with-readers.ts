import { availableParallelism } from 'node:os';
import { commandSettings } from '../../config/environment.ts';
import { createReaders, type Readers } from '../../readers/readers.ts';
import type { DataReport } from '../../training-data/data-report.ts';
import { Merger } from '../../training-data/scan/merge-reports.ts';
import type { ScanRequest } from '../../training-data/validate-data.ts';

/** For commands that read files of users: a damaged or hostile one must not end the command. */
export async function withReaders<Result>(work: (readers: Readers) => Promise<Result>): Promise<Result> {
  const readers = createReaders({
    max: availableParallelism(),
    pathStyle: commandSettings().pathStyleBuckets,
  });
  try {
    return await work(readers);
  } finally {
    readers.close();
  }
}

/** Judges a whole data set; its pieces are read on all cores. */
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
