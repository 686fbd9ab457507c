import type { StoredObject } from '../../ports/datasets.ts';
import type { SchemaChanges, SchemaName } from '../schemas.ts';
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

export const usualDropLimit = 0.05;
