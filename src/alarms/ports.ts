/** One delivery of an alarm. The queue delivers at least once, so the same alarm may come again under another receipt. */
export interface AlarmDelivery {
  readonly id: string;
  readonly body: string;
  /** What `done` hands back to the queue: it names this delivery, not the message. */
  readonly receipt: string;
  readonly receivedCount: number;
}

/** Where alarms come from; `src/aws` implements it over SQS. Every method may throw `OpsError`; nothing else. */
export interface AlarmSource {
  /** Waits up to 20 s for messages; comes back empty at once when the signal aborts. */
  readonly receive: (signal: AbortSignal) => Promise<readonly AlarmDelivery[]>;
  /** Takes messages that were received together off the queue: call it only when they are recorded. */
  readonly done: (messages: readonly AlarmDelivery[]) => Promise<void>;
}

/** As much of a training job as a listing tells. */
export interface ListedJob {
  readonly job: string;
  readonly status: string;
  /** Empty where the listing leaves it out. */
  readonly secondaryStatus: string;
  /** LastModifiedTime, in ms. */
  readonly changedAt: number;
}

export interface ListedAlarm {
  readonly name: string;
  readonly state: string;
  /** When it went into this state, in ms. */
  readonly changedAt: number;
  /** What EventBridge says about such a change. */
  readonly body: string;
}

/** AWS itself, asked in case a message got lost; `src/aws/alarms/asked-state.ts` implements it. Every method may throw `OpsError`. */
export interface PolledState {
  /** Newest first; slow where there are many, since SageMaker takes 2 listings a second. */
  readonly jobsChangedSince: (since: number) => Promise<readonly ListedJob[]>;
  /** What EventBridge says about a job that is as this one is now; undefined when there is no such job. */
  readonly jobEvent: (job: string) => Promise<string | undefined>;
  readonly raisedAlarms: () => Promise<readonly ListedAlarm[]>;
  readonly alarmsNamed: (names: readonly string[]) => Promise<readonly ListedAlarm[]>;
}

/** What is known of an alarm's or a job's last change, to tell news from what arrives late. */
export interface StateChange {
  /** `alarm:<name>`, `job:<name>` or `endpoint:<name>`. */
  readonly key: string;
  readonly state: string;
  /** When it changed, in ms. */
  readonly at: number;
  /** Nothing that comes later can undo it: a training job ends once. */
  readonly final: boolean;
  /** What it is about, where that is known. */
  readonly job?: string | undefined;
}

export interface RecordedChange {
  /** A later change was noted before. */
  readonly stale: boolean;
  /** How often it has changed within the window, this time included. */
  readonly changes: number;
}

/** `queue/last-changes.ts` keeps them in Redis, shared by all processes. */
export interface AlarmStates {
  readonly note: (change: StateChange, windowMs: number) => Promise<RecordedChange>;
  readonly last: (key: string) => Promise<Pick<StateChange, 'state' | 'at' | 'job'> | undefined>;
}
