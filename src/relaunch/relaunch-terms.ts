import type { Basis } from '../ports/basis.ts';
import type { CloneChanges } from '../ports/ports.ts';
import type { Origin } from './origin.ts';

/** What a new job has otherwise than the failed one, beside its name, its tags and its checkpoint folder. */
export type Changes = Omit<CloneChanges, 'name' | 'tags' | 'checkpointUri'>;

/** One job to be launched in place of a failed one. */
export interface Relaunch {
  readonly job: string;
  readonly origin: Origin;
  readonly rpoMinutes: number;
  readonly changes?: Changes;
  /** True where the batch changes: the copy of the checkpoint then must not bring the old one back. */
  readonly newBatch?: boolean;
  /** True where the job has not ended yet and is stopped first: then the checkpoint is always copied. */
  readonly stopsFirst?: boolean;
  /** By field of the difference, why it changes; a field that ends with `.` stands for all below it. */
  readonly reasons?: Readonly<Record<string, string>>;
  /** What the new job relies on beside its checkpoint. */
  readonly reliesOn?: readonly Basis[];
  /** Fields whose values a person typed or chose, written like the keys of `reasons`. */
  readonly typed?: readonly string[];
  /** What people should know before they approve, beside what follows from the checkpoint. */
  readonly warnings?: readonly string[];
}
