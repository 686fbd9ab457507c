/** So many jobs that fail for one cause within so many minutes are one failure of the system. */
export interface OutageLimits {
  readonly jobs: number;
  readonly minutes: number;
}

export interface FailingJob {
  readonly job: string;
  /** When it broke, in ms. */
  readonly at: number;
}

/** Which jobs have failed lately, by cause; `queue/failing-jobs.ts` keeps them in Redis, shared by all processes. */
export interface FailingJobs {
  /** Notes the job; gives all that failed around that time for the same cause, it among them, the first one first. */
  readonly note: (
    cause: string,
    failing: FailingJob,
    windowMs: number,
  ) => Promise<{ readonly jobs: readonly FailingJob[]; readonly outage: string | undefined }>;
  /** What SageMaker itself says of a job, `undefined` where it failed of its own: it counts no more for other causes. */
  readonly settle: (job: string, cause: string | undefined, at: number) => Promise<void>;
  /** What it was settled to be last; undefined where SageMaker has not spoken. */
  readonly settled: (job: string) => Promise<{ readonly cause: string | undefined } | undefined>;
  /** Makes this the incident of all that fails for the cause, unless there is one: the one that holds is given back. */
  readonly claim: (cause: string, incident: string) => Promise<string>;
  /** What fails for the cause from now on has nothing to do with that incident. */
  readonly over: (cause: string, incident: string) => Promise<void>;
  /** The incident in which a job stands on the board. */
  readonly outageOf: (job: string) => Promise<string | undefined>;
  readonly putOn: (job: string, incident: string) => Promise<void>;
}
