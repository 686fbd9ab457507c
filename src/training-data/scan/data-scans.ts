import type { Again } from '../../ports/step-output.ts';
import type { DataReport } from '../data-report.ts';
import type { DataQuestion } from '../validate-data.ts';

/** Judges whole data sets in pieces, each wherever a worker is free. */
export interface DataScans {
  /**
   * The report, once every piece is read; until then how far it is. Asked again in the same try of a step, it goes on
   * where it stands, also after a crash.
   */
  readonly report: (question: DataQuestion) => Promise<DataReport | Again>;
}
