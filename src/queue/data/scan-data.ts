import { asOpsError } from '../../errors.ts';
import type { DataBytes } from '../../ports/datasets.ts';
import type { ScanStore } from '../../redis/scan-store.ts';
import { Merger } from '../../training-data/scan/merge-reports.ts';
import { scanPiece } from '../../training-data/scan/scan-piece.ts';
import { ScanJob } from '../jobs.ts';

/** `over`: the scan has its outcome, and the waiting step can read it. */
export type ScanWord = 'over' | 'more';

/** A job of a scan, as the reader process receives it. */
export interface ThreadJob {
  readonly data: unknown;
  readonly attemptsMade: number;
  readonly attempts: number | undefined;
}

/** Runs one job of a scan. Throws only errors that a retry may fix; any other error is the outcome of the whole scan. */
export async function scanDataFor(
  { data, attemptsMade, attempts = 1 }: ThreadJob,
  store: ScanStore,
  datasets: DataBytes,
): Promise<ScanWord> {
  const { scan, piece } = ScanJob.parse(data);
  try {
    return await (piece === undefined ? merge(scan, store) : read(scan, piece, store, datasets));
  } catch (thrown) {
    const error = asOpsError(thrown);
    if (error.retry && attemptsMade + 1 < attempts) throw error;
    await store.finish(scan, { code: error.code, detail: error.detail });
    return 'over';
  }
}

async function read(scan: string, number: number, store: ScanStore, datasets: DataBytes): Promise<ScanWord> {
  const asked = await store.piece(scan, number);
  // Another piece has already failed the scan.
  if (asked === undefined) return 'more';
  await store.keep(scan, await scanPiece(asked.piece, asked.schema, datasets));
  return 'more';
}

async function merge(scan: string, store: ScanStore): Promise<ScanWord> {
  const terms = await store.terms(scan);
  if (terms === undefined) return 'over';
  const merger = new Merger(terms.schema, terms.plan);
  for (const { number } of terms.plan.pieces) merger.add(await store.kept(scan, number));
  await store.finish(scan, { report: merger.finish() });
  return 'over';
}
