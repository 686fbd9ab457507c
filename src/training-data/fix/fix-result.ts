import { z } from 'zod';
import { S3Uri } from '../../ports/s3-address.ts';
import { DataReport } from '../data-report.ts';
import { Counts } from './counts.ts';

/** What is told of the validation of the result. */
export const Revalidated = DataReport.pick({ records: true, errors: true, warnings: true, byRule: true });
export type Revalidated = z.infer<typeof Revalidated>;

export const FixResult = z.object({
  /** By channel, where it reads from now. */
  inputs: z.record(z.string(), S3Uri),
  /** By channel, what stood there when it was checked, see `identityOf`; absent in journals of earlier versions. */
  identities: z.record(z.string(), z.string()).optional(),
  manifest: S3Uri,
  /** Left out where nothing was lost. */
  quarantine: S3Uri.optional(),
  counts: Counts,
  revalidated: Revalidated,
});
export type FixResult = z.infer<typeof FixResult>;
