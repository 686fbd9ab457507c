import { z } from 'zod';
import { type RuleId, ruleIds } from './data-rules.ts';
import { schemaNames } from './schemas.ts';

/** `Object.keys` of the table is typed as a list; zod needs it to be non-empty. */
const RuleName = z.enum(ruleIds as [(typeof ruleIds)[number], ...typeof ruleIds]);

const Sample = z.object({
  rule: RuleName,
  object: z.string(),
  line: z.number().int(),
  offset: z.number().int(),
  detail: z.string().optional(),
});

/** Everything wrong with a data set: counts per rule and the first occurrences of each. Bounded in size. */
export const DataReport = z.object({
  schema: z.enum([...schemaNames, 'auto']),
  objects: z.number().int(),
  /** As stored, before decompression. */
  bytes: z.number(),
  records: z.number().int(),
  /** Records with at least one error. */
  broken: z.number().int(),
  /** Findings, not records: one record can have several. */
  errors: z.number().int(),
  warnings: z.number().int(),
  byRule: z.partialRecord(RuleName, z.number().int()),
  /** The first occurrences in the data, at most three per rule. */
  samples: z.array(Sample),
  /** 1: all records were compared with each other; 2: every second record, and so on. */
  comparedOneIn: z.number().int(),
});
export type DataReport = z.infer<typeof DataReport>;

/** One problem at one location in the data. `detail` is plain text, capped, and understandable without context. */
export interface DataFinding {
  readonly rule: RuleId;
  /** Key of the object, as in the listing. */
  readonly object: string;
  /** 1-based: within its piece until the reports are merged, then within its object. 0 means the whole object. */
  readonly line: number;
  /** Byte offset of the line in the decompressed object. For parquet, the index of the record, from 0. */
  readonly offset: number;
  readonly detail?: string;
}
