import type { Clock, S3Uri } from './basics.ts';
import type {
  BlockedCheckpoints,
  Blocklist,
  CheckpointCopies,
  CheckpointFolders,
  Checkpoints,
} from './checkpoints.ts';
import type { Datasets, SourceArchives } from './datasets.ts';
import type { Files } from './files.ts';
import type { EarlierIncidents } from './history/seen-before.ts';
import type { Logs } from './logs.ts';
import type { Metrics } from './metrics.ts';
import type { ModelChanges, Models } from './models.ts';
import type { Records } from './record.ts';
import type { Region } from './region.ts';
import type { Locations } from './s3/locations.ts';
import type { StateMachineChanges, StateMachines } from './state-machines/state-machines.ts';
import type { Training, TrainingChanges, TrainingImages } from './training.ts';

/**
 * The interfaces to the outside world, in our words and not AWS's; `src/aws` implements them. Every method may throw
 * `OpsError` and nothing else. Interfaces that only read are separate from those that change something, so that code
 * that must not change anything cannot be handed the means to.
 */

export type { Clock, Json, JsonObject, S3Uri, TimeLimit } from './basics.ts';
export type {
  Block,
  Blocklist,
  BlocklistDesk,
  ByteRange,
  CheckpointCopies,
  CheckpointFolders,
  Checkpoints,
  Compared,
  Edit,
  StagedCopy,
  StagedFiles,
  StoredFile,
} from './checkpoints.ts';
export type { LogLine, LogStream, Logs } from './logs.ts';
export type { AttemptKey, SentMark, Token } from './token.ts';
export type {
  CloneChanges,
  CloneDraft,
  Launch,
  LaunchRequest,
  StatusTransition,
  Training,
  TrainingChanges,
  TrainingImages,
  TrainingJob,
} from './training.ts';

/** Limits on launches, from `caps` in relight.yaml. `instanceCount` is the total number of instances of one job. */
export interface Caps {
  readonly instanceTypes: readonly string[];
  readonly instanceCount: number;
  /** The largest volume that a copy may have, in GB. A job that already has a larger one keeps it. */
  readonly volumeGb: number;
  /** How many jobs that Relight launched may run at once; absent without a limit. */
  readonly concurrentJobs?: number | undefined;
  /** The worst case of the launches of any 24 hours, in USD; absent without a limit. */
  readonly spendPerDayUsd?: number | undefined;
}

/** USD per hour of one instance of a type; undefined if the price is unknown here, which never counts as free. */
export type PriceOf = (instanceType: string) => number | undefined;

/** The place that a launch takes up under the caps. Its id is the attempt's, so that a repeated attempt counts once. */
export interface Reservation {
  readonly id: string;
  readonly incident: string;
  readonly step: string;
  readonly attempt: number;
  readonly job: string;
  readonly at: number;
  /** The worst case; absent if a price is unknown. */
  readonly usd?: number | undefined;
  /** True once the job has ended. Its money counts until a day has passed. */
  readonly ended?: boolean | undefined;
}

/** What the launches of Relight take up under the caps now. */
export interface CapUse {
  readonly running: readonly Reservation[];
  /** Launched within the last 24 hours, whether they still run or not. */
  readonly spending: readonly Reservation[];
}

/**
 * The ports that only read: nothing here changes anything in the AWS account.
 *
 * @example run: async ({ job }, { training, clock }) => ({ job: await training.describe(job), at: clock.now() })
 */
export interface Ports {
  readonly training: Training;
  readonly images: TrainingImages;
  readonly checkpoints: Checkpoints;
  readonly blocklist: BlockedCheckpoints;
  readonly checkpointFolders: CheckpointFolders;
  readonly logs: Logs;
  readonly metrics: Metrics;
  readonly models: Models;
  readonly stateMachines: StateMachines;
  readonly region: Region;
  readonly files: Files;
  readonly record: Records;
  readonly earlier: EarlierIncidents;
  readonly datasets: Datasets;
  readonly clock: Clock;
  readonly caps: Caps;
  readonly prices: PriceOf;
  /** What the launches of Relight take up under the caps now. */
  readonly capUse: () => Promise<CapUse>;
  /** Where this incident may read and write in S3; the other ports check it too. */
  readonly locations: Pick<Locations, 'requireFor' | 'requireLaunch'>;
  /** `s3.recovery` of relight.yaml: staged checkpoints go below it, one fresh folder per launch. */
  readonly recoveryPrefix: S3Uri;
  /** `s3.fixed_data` of relight.yaml: fixed training data goes below it, one fresh prefix per attempt. */
  readonly fixedDataPrefix: S3Uri;
  /** `s3.backup` of relight.yaml: where copies of checkpoint folders are kept; absent if there are none. */
  readonly backupPrefix?: S3Uri;
}

/** The same interfaces with the calls that change something; each of those takes the token of an approved request. */
export interface WritePorts extends Ports {
  readonly blocklist: Blocklist;
  readonly training: TrainingChanges;
  readonly checkpoints: CheckpointCopies;
  readonly models: ModelChanges;
  readonly stateMachines: StateMachineChanges;
  readonly sourceArchives: SourceArchives;
}
