import type { Clock, S3Uri } from './basics.ts';
import type { Checkpoints, Strikes } from './checkpoints.ts';
import type { Datasets, FixedData } from './datasets.ts';
import type { Files } from './files.ts';
import type { Logs } from './logs.ts';
import type { Metrics } from './metrics.ts';
import type { Models } from './models.ts';
import type { Records } from './record.ts';
import type { Region } from './region.ts';
import type { Training } from './training.ts';

/**
 * What Relight may ask of the world. Each interface is in our words, not AWS's; `src/aws` implements them.
 * Every method may throw `OpsError`; nothing else.
 */

export type { Clock, Json, JsonObject, S3Uri } from './basics.ts';
export type {
  ByteRange,
  Checkpoints,
  Compared,
  Edit,
  StagedCopy,
  StoredFile,
  Strikes,
} from './checkpoints.ts';
export type { LogLine, LogStream, Logs } from './logs.ts';
export type {
  CloneChanges,
  CloneDraft,
  Launch,
  LaunchRequest,
  Mark,
  StatusTransition,
  Token,
  Training,
  TrainingJob,
} from './training.ts';

/** Limits of what Relight may launch, from `caps` in relight.yaml. */
export interface Caps {
  readonly instanceTypes: readonly string[];
  readonly instanceCount: number;
}

export interface Ports {
  readonly training: Training;
  readonly checkpoints: Checkpoints;
  readonly strikes: Strikes;
  readonly logs: Logs;
  readonly metrics: Metrics;
  readonly models: Models;
  readonly region: Region;
  readonly files: Files;
  readonly record: Records;
  readonly datasets: Datasets;
  readonly fixedData: FixedData;
  readonly clock: Clock;
  readonly caps: Caps;
  /** `s3.recovery` of relight.yaml: staged checkpoints go below it, one fresh folder per launch. */
  readonly recoveryPrefix: S3Uri;
  /** `s3.backup` of relight.yaml: where copies of checkpoint folders are kept; absent where there are none. */
  readonly backupPrefix?: S3Uri;
}
