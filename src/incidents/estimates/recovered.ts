/** The durations of one recovery that lasted, in minutes, without the time that changes waited for approval. */
export interface Recovered {
  readonly playbook: string;
  /** From the first change until the recovery. */
  readonly minutes: number;
  /** From each change until the recovery, by the name of its action. */
  readonly changes: readonly { readonly name: string; readonly minutes: number }[];
}
