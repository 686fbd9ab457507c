/** The newest completed drill of one playbook. */
export interface LastDrill {
  /** The id of the playbook. */
  readonly playbook: string;
  /** When it ended, in milliseconds since the epoch. */
  readonly at: number;
  /** From 0 to 100. */
  readonly score: number;
}
