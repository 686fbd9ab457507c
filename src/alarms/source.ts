/** One delivery of an alarm. The queue delivers at least once, so the same alarm may come again under another receipt. */
export interface AlarmMessage {
  readonly id: string;
  readonly body: string;
  /** What `done` hands back to the queue: it names this delivery, not the message. */
  readonly receipt: string;
  readonly receivedCount: number;
}

/** Where alarms come from; `src/aws` implements it over SQS. Every method may throw `OpsError`; nothing else. */
export interface AlarmSource {
  /** Waits up to 20 s for messages; comes back empty at once when the signal aborts. */
  readonly receive: (signal: AbortSignal) => Promise<readonly AlarmMessage[]>;
  /** Takes the message off the queue: call it only when the alarm is recorded. */
  readonly done: (message: AlarmMessage) => Promise<void>;
}
