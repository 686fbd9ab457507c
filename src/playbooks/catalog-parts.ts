import type { Strategy } from '../diagnosis/strategy.ts';
import { failureWords } from '../ports/failure-words.ts';
import type { FailureKind, HandOver, IncidentFacts, IncidentKind } from './define.ts';

interface Diagnosis {
  readonly kind: FailureKind;
  readonly strategy: Strategy;
  readonly jobStatus: string;
}

/**
 * An alarm tells less than the job: once the diagnosis says that something else broke, the playbook for that takes over.
 * A job that goes on, has completed or was stopped by a person is nobody's, and a playbook that a person chose stays.
 */
export function toTheOneFor(
  handles: readonly IncidentKind[],
  diagnosis: Diagnosis | undefined,
  { chosen }: Pick<IncidentFacts, 'chosen'>,
): HandOver | undefined {
  if (diagnosis === undefined || chosen || handles.includes(diagnosis.kind)) return undefined;
  const ended = diagnosis.jobStatus === 'Failed' || diagnosis.jobStatus === 'Stopped';
  if (!ended || diagnosis.kind === 'user_stopped') return undefined;
  return { kind: diagnosis.kind, why: `the diagnosis is: ${failureWords[diagnosis.kind]}` };
}
