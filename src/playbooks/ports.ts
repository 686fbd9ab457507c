import type { Clock, S3Uri } from './ports/basics.ts';
import type { Checkpoints, Strikes } from './ports/checkpoints.ts';
import type { Datasets, FixedData } from './ports/datasets.ts';
import type { Files } from './ports/files.ts';
import type { Logs } from './ports/logs.ts';
import type { Metrics } from './ports/metrics.ts';
import type { Models } from './ports/models.ts';
import type { Records } from './ports/record.ts';
import type { Region } from './ports/region.ts';
import type { Training } from './ports/training.ts';

/**
 * What Relight may ask of the world. Each interface is in our words, not AWS's; `src/aws` implements them.
 * Every method may throw `OpsError`; nothing else.
 */

export type { Clock, Json, JsonObject, S3Uri } from './ports/basics.ts';
export type {
  ByteRange,
  Checkpoints,
  Compared,
  Edit,
  StagedCopy,
  StoredFile,
  Strikes,
} from './ports/checkpoints.ts';
export type { LogLine, LogStream, Logs } from './ports/logs.ts';
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
} from './ports/training.ts';

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
