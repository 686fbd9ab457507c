/** A person's decision, or a fact that needs a person, which the thread announces in a message of its own, so that everyone concerned is notified. */
export interface StepNote {
  /** Unique within the incident. */
  readonly number: number;
  readonly step: string;
  readonly what:
    | 'declined'
    | 'cancel-asked'
    | 'canceled'
    | 'kept'
    | 'skipped'
    | 'went-back'
    | 'switched'
    | 'not-archived'
    | 'approvals-ended';
  /** Absent if no person did it. */
  readonly by?: string;
  /**
   * The person's reason, what AWS has, the error, or why approvals no longer count; for `went-back` the step, and for
   * `switched` the id of the playbook.
   */
  readonly why: string;
  /** Set for `approvals-ended`: what became of the request that they approved. */
  readonly ended?: EndedRequest;
  readonly at: number;
  /**
   * Slack ids of the people whose work it undoes: who started or adjusted the step, and who approved it. For
   * `approvals-ended` only the approvers, even the one who did it.
   */
  readonly to: readonly string[];
}

/** `replaced`: another request takes its place; `waiting`: it needs the approvals again; `gone`: nothing does. */
export type EndedRequest = 'replaced' | 'waiting' | 'gone';

/** The people who asked for a step, beside those who approved it. */
export interface AskedBy {
  /** The person who started the current playbook; absent if an alarm did. */
  readonly startedBy?: string | undefined;
  /** The people who retried a step or changed its values, by step. */
  readonly askedBy: { readonly [step: string]: readonly string[] };
  /** The person who asked for the current request, by step; absent if Relight proposed it. */
  readonly requestedBy?: { readonly [step: string]: string };
  /** The person who chose the current values, by step. */
  readonly adjustedBy?: { readonly [step: string]: string };
}
