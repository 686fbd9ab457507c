import type { IncidentKind } from '../ports/failure-kind.ts';
/** How a postmortem speaks of what broke: an endpoint never trained, and a job that only lacks checkpoints never stopped. */
export interface Subject {
  /** `training ran again`, before how long it took. */
  readonly again: string;
  /** Where that did not happen. */
  readonly never: string;
  /** What happened at the beginning, after the name. */
  readonly broke: string;
  /** In place of the kind of failure, where that is no word for people. */
  readonly what?: string;
  /** The beginning of the time axis. */
  readonly start: string;
  /** The lane of the ends in the picture, and the mark of the recovery. */
  readonly lane: string;
  readonly mark: string;
  /** The row of how long it took. */
  readonly recovery: string;
  /** Whether training can have been lost. */
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
  what: 'the model got worse',
  start: 'alarm',
  lane: 'Endpoint',
  mark: 'restored',
  recovery: 'Rollback',
  losesTraining: false,
};

const warning: Subject = {
  again: 'the job was out of danger',
  never: 'the job was not out of danger',
  broke: 'had no fresh checkpoint',
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
