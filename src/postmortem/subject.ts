import type { IncidentKind } from '../ports/failure-kind.ts';

/** The words for what failed: an endpoint does not train, and a job that only lacks checkpoints never stopped. */
export interface Subject {
  /** `training ran again`, followed by the duration. */
  readonly again: string;
  /** The words if that did not happen. */
  readonly never: string;
  /** The failure, after the name of the job or endpoint. */
  readonly broke: string;
  /** Replaces the words of the failure kind. */
  readonly what?: string;
  /** The label at the start of the time axis. */
  readonly start: string;
  /** The title of the last lane in the picture, and the label of the recovery. */
  readonly lane: string;
  readonly mark: string;
  readonly recovery: string;
  readonly losesTraining: boolean;
}

const training: Subject = {
  again: 'training ran again',
  never: 'training was not recovered',
  broke: 'failed',
  start: 'failed',
  lane: 'Training',
  mark: 'trains again',
  recovery: 'Recovery',
  losesTraining: true,
};

const endpoint: Subject = {
  again: 'a good version was served again',
  never: 'no good version was served again',
  broke: 'raised its alarm',
  what: 'model quality degraded',
  start: 'alarm',
  lane: 'Endpoint',
  mark: 'restored',
  recovery: 'Rollback',
  losesTraining: false,
};

const warning: Subject = {
  again: 'the job was out of danger',
  never: 'the job was not out of danger',
  broke: 'had no recent checkpoint',
  what: 'a warning',
  start: 'overdue',
  lane: 'Checkpoints',
  mark: 'out of danger',
  recovery: 'Recovery',
  losesTraining: false,
};

/** `kind`: what the incident is about. */
export function subjectOf(kind: IncidentKind): Subject {
  if (kind === 'model_degraded') return endpoint;
  return kind === 'checkpoints_stopped' ? warning : training;
}
