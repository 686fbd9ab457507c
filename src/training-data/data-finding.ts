import type { RuleId } from './data-rules.ts';

/** One thing wrong at one place. Which object, which line, which byte; `detail` is plain, capped, and stands alone. */
export interface Finding {
  readonly rule: RuleId;
  /** Key of the object, as the listing names it. */
  readonly object: string;
  /** 1-based; in its piece until reports are merged, then in its object. 0: the object as a whole. */
  readonly line: number;
  /** Byte offset of the line in the decompressed object. In parquet, which has no lines, the record's number from 0. */
  readonly offset: number;
  readonly detail?: string;
}
