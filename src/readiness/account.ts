import type { Listed } from '../ports/region.ts';

/** A CloudWatch alarm in any state. */
export interface KnownAlarm {
  readonly name: string;
  readonly arn: string;
  /** Empty for composite alarms and for queries over many metrics. */
  readonly dimensions: Readonly<Record<string, readonly string[]>>;
}

/** A version in the model registry, and where its model comes from. */
export interface RegisteredModel {
  /** The training job, if the registry names it. */
  readonly job?: string;
  /** Addresses of the model files of all containers. */
  readonly artifacts: readonly string[];
}

/** The models that the registry tracks. */
export interface RegisteredModels extends Listed<RegisteredModel> {
  /** Versions that Relight’s role may not read. */
  readonly denied: number;
}

/** Reads the account for the readiness; implemented in `aws/`. */
export interface ReadinessAccount {
  readonly alarms: (max: number) => Promise<Listed<KnownAlarm>>;
  readonly alarmTags: (arn: string) => Promise<Readonly<Record<string, string>>>;
  /** Versions that were registered since this time. */
  readonly models: (since: number, max: number) => Promise<RegisteredModels>;
}
