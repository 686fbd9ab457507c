import { z } from 'zod';
import { type RuleId, ruleIds } from './data-rules.ts';
import { schemaNames } from './schemas.ts';

/** The names of the table are the names of the schema. */
const RuleName = z.enum(ruleIds as [(typeof ruleIds)[number], ...typeof ruleIds]);

const Sample = z.object({
  rule: RuleName,
  object: z.string(),
  line: z.number().int(),
  offset: z.number().int(),
  detail: z.string().optional(),
});

/** All that is wrong with a data set: counts for each rule, and where each was broken first. Bounded. */
export const DataReport = z.object({
  schema: z.enum([...schemaNames, 'auto']),
  objects: z.number().int(),
  /** As stored. */
  bytes: z.number(),
  records: z.number().int(),
  /** Records with at least one error. */
  broken: z.number().int(),
  /** Findings, not records: one record may have several. */
  errors: z.number().int(),
  warnings: z.number().int(),
  byRule: z.partialRecord(RuleName, z.number().int()),
  /** At most three for each rule, the first ones in the data. */
  samples: z.array(Sample),
  /** 1: all records were compared with each other; 2: every second one, and so on. */
  comparedOneIn: z.number().int(),
});
export type DataReport = z.infer<typeof DataReport>;

/** One thing wrong at one place. Which object, which line, which byte; `detail` is plain, capped, and stands alone. */
export interface DataFinding {
  readonly rule: RuleId;
  /** Key of the object, as the listing names it. */
  readonly object: string;
  /** 1-based; in its piece until reports are merged, then in its object. 0: the object as a whole. */
  readonly line: number;
  /** Byte offset of the line in the decompressed object. In parquet, which has no lines, the record's number from 0. */
  readonly offset: number;
  readonly detail?: string;
}
