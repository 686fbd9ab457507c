/** What is known of an alarm's or a job's last change, to tell news from what arrives late. */
export interface Change {
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

export interface Noted {
  /** A later change was noted before. */
  readonly stale: boolean;
  /** How often it has changed within the window, this time included. */
  readonly changes: number;
}

/** `queue/last-changes.ts` keeps them in Redis, shared by all processes. */
export interface AlarmStates {
  readonly note: (change: Change, windowMs: number) => Promise<Noted>;
  readonly last: (key: string) => Promise<Pick<Change, 'state' | 'at' | 'job'> | undefined>;
}
