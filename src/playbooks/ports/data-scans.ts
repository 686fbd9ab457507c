import type { DataReport } from '../data/data-report.ts';
import type { DataQuestion } from '../data/validate-data.ts';
import type { Again } from '../outcome.ts';

/** Judges whole data sets in pieces, each wherever a worker is free. */
export interface DataScans {
  /**
   * The report, once every piece is read; until then how far it is. Asked again in the same try of a step, it goes on
   * where it stands, also after a crash.
   */
  readonly report: (question: DataQuestion) => Promise<DataReport | Again>;
}
