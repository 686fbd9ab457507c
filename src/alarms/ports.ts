/** One delivery of an alarm message. The queue delivers at least once, so a message may return under another receipt. */
export interface AlarmDelivery {
  readonly id: string;
  readonly body: string;
  /** `done` passes it back to the queue: it identifies this delivery, not the message. */
  readonly receipt: string;
  readonly receivedCount: number;
}

/** The queue that alarms arrive on; `aws/alarms/alarm-queue.ts` implements it over SQS. Methods throw only `OpsError`. */
export interface AlarmSource {
  /** Waits up to 20 s for messages; returns none immediately when the signal aborts. */
  readonly receive: (signal: AbortSignal) => Promise<readonly AlarmDelivery[]>;
  /** Deletes messages from the queue: call it only after they are recorded. */
  readonly done: (messages: readonly AlarmDelivery[]) => Promise<void>;
}

export interface ListedJob {
  readonly job: string;
  readonly status: string;
  /** Empty if the list call omits it. */
  readonly secondaryStatus: string;
  /** LastModifiedTime, in ms. */
  readonly changedAt: number;
}

/** An alarm as DescribeAlarms returns it. */
export interface ListedAlarm {
  readonly name: string;
  /** The name of the alarm, or of one of its time series: see `parse/series-name.ts`. */
  readonly subject: string;
  readonly state: string;
  /** When it entered this state, in ms. */
  readonly changedAt: number;
  /** The event that EventBridge sends for this change. */
  readonly body: string;
}

/** The current state in AWS, polled in case a message was lost; implemented in `src/aws/alarms`. Methods throw `OpsError`. */
export interface PolledState {
  /** Newest first. Slow for many jobs, since SageMaker allows 2 list calls per second. */
  readonly jobsChangedSince: (since: number) => Promise<readonly ListedJob[]>;
  /** The event that EventBridge sends for a job in its present state; undefined if the job does not exist. */
  readonly jobEvent: (job: string) => Promise<string | undefined>;
  readonly raisedAlarms: () => Promise<readonly ListedAlarm[]>;
  readonly alarmsNamed: (names: readonly string[]) => Promise<readonly ListedAlarm[]>;
}

/** A state change of an alarm, job or endpoint, used to recognize messages that arrive out of order. */
export interface StateChange {
  /** `alarm:<name>` (of the alarm or of one of its time series), `job:<name>` or `endpoint:<name>`. */
  readonly key: string;
  readonly state: string;
  /** When it changed, in ms. */
  readonly at: number;
  /** No later change can undo it: a training job ends only once. */
  readonly final: boolean;
  /** The job or endpoint that an alarm is about, if known. */
  readonly job?: string | undefined;
  /** When the mute rule ends that kept an alarm from opening an incident, in ms. */
  readonly mutedUntil?: number | undefined;
}

export interface RecordedChange {
  /** A later change was already recorded. */
  readonly stale: boolean;
  /** The number of changes within the window, including this one. */
  readonly changes: number;
}

/** The last known states, shared by all processes. */
export interface AlarmStates {
  readonly note: (change: StateChange, windowMs: number) => Promise<RecordedChange>;
  readonly last: (
    key: string,
  ) => Promise<Pick<StateChange, 'state' | 'at' | 'job' | 'mutedUntil'> | undefined>;
}

/** An alarm in ALARM that opens no incident, because a mute rule or the suppressor of a composite alarm keeps it quiet. */
export interface MutedAlarm {
  readonly name: string;
  /** `is muted by <rule>` or `is suppressed (…)`. */
  readonly why: string;
  /** When it entered ALARM, in ms. */
  readonly since: number;
  readonly until?: number | undefined;
}

export interface MutedAlarms {
  readonly note: (alarm: MutedAlarm) => Promise<void>;
  readonly drop: (name: string) => Promise<void>;
  /** Longest first. */
  readonly all: () => Promise<readonly MutedAlarm[]>;
}
