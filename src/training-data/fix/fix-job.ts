import { z } from 'zod';
import type { StoredObject } from '../../ports/datasets.ts';
import { S3Uri } from '../../ports/s3-address.ts';
import { DataReport } from '../data-report.ts';
import type { SchemaChanges, SchemaName } from '../schemas.ts';
import { Counts } from './counts.ts';
import type { FixId } from './fixes.ts';

export type Uri = StoredObject['uri'];

/** One channel of a training job: https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_Channel.html */
export interface Source {
  readonly channel: string;
  readonly uri: Uri;
}

/** What is to be mended, how, and where the mended copy goes. */
export interface FixJob {
  readonly sources: readonly Source[];
  readonly schema: SchemaName;
  /** What the tier asks otherwise than the schema. */
  readonly changes: SchemaChanges;
  /** Fixes that need approval and were asked for. */
  readonly approved: readonly FixId[];
  /** Share of the records that may be lost, 0 to 1. */
  readonly dropLimit: number;
  /** The new prefix, ending with `/`: all that is written goes below it. */
  readonly target: Uri;
}

export const defaultDropLimit = 0.05;

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
