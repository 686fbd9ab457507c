import { z } from 'zod';
import { S3Uri } from '../../ports/basics.ts';
import type { StoredObject } from '../../ports/datasets.ts';
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

/** What to fix, how, and where the fixed copy goes. */
export interface FixJob {
  readonly sources: readonly Source[];
  readonly schema: SchemaName;
  /** Overrides of the schema for the tier. */
  readonly changes: SchemaChanges;
  /** Fixes that need approval and were requested. */
  readonly approved: readonly FixId[];
  /** Share of the records that may be lost, from 0 to 1. */
  readonly dropLimit: number;
  /** The new prefix, ending with `/`. Everything is written below it. */
  readonly target: Uri;
  /** The only folders to read, whatever a manifest names; absent without a limit. */
  readonly within?: readonly Uri[];
}

export const defaultDropLimit = 0.05;

/** The part of the validation of the result that is reported. */
export const Revalidated = DataReport.pick({ records: true, errors: true, warnings: true, byRule: true });
export type Revalidated = z.infer<typeof Revalidated>;

export const FixResult = z.object({
  /** The new address of each channel. */
  inputs: z.record(z.string(), S3Uri),
  /** Fingerprint of each channel's data when validated, see `identityOf`. Absent in older journals. */
  identities: z.record(z.string(), z.string()).optional(),
  manifest: S3Uri,
  /** Absent if no record was lost. */
  quarantine: S3Uri.optional(),
  counts: Counts,
  revalidated: Revalidated,
});
export type FixResult = z.infer<typeof FixResult>;
