import type { FailureKind, IncidentFacts } from './define.ts';

interface ToDiagnose {
  readonly job: string;
  readonly failedAt: number;
  readonly rtoMinutes: number;
  readonly as?: FailureKind;
}

/** A playbook that a person chose does its work whatever the evidence says. */
export function whatToDiagnose(incident: IncidentFacts, does: FailureKind): ToDiagnose {
  const { job, failedAt, rtoMinutes, chosen } = incident;
  return { job, failedAt, rtoMinutes, ...(chosen && { as: does }) };
}
