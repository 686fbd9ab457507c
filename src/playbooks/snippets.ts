import type { ByPerson, Justified, Strategy } from '../diagnosis/strategy.ts';
import { OpsError } from '../errors.ts';
import { type FailureKind, failureWords, type IncidentKind } from '../ports/failure-kind.ts';
import type { Answers } from '../ports/form-fields.ts';
import type { Relaunch } from '../relaunch/relaunch-terms.ts';
import type { HandOver } from './define/playbook.ts';
import type { IncidentFacts, Start, When } from './define/steps.ts';

/** Inputs and endings that most playbooks share. Import them from `define.ts`. */

/**
 * Reads the result of a step that may be skipped. Use it in a step that is skipped for the same reason; otherwise it
 * throws `playbook-invalid`.
 *
 * @example ({ resumed }) => resultOf(resumed, 'resumed')
 */
export function resultOf<T>(result: T | undefined, step: string): T {
  if (result !== undefined) return result;
  throw new OpsError('playbook-invalid', `a step runs without the result of ${step}, which was skipped`);
}

/**
 * The input of `diagnose-failure`. If a person chose the playbook, the diagnosis takes `does` as the failure kind,
 * whatever the evidence says.
 *
 * @example .action('diagnosis', diagnoseFailure, ({ incident }) => diagnosisInput(incident, 'data'))
 */
export function diagnosisInput(
  { job, failedAt, rtoMinutes, chosen }: IncidentFacts,
  does: FailureKind,
): Pick<IncidentFacts, 'job' | 'failedAt' | 'rtoMinutes'> & { readonly as?: FailureKind } {
  return { job, failedAt, rtoMinutes, ...(chosen && { as: does }) };
}

/** The results of a playbook whose first step, `diagnosis`, is `diagnose-failure`. */
export interface Diagnosed extends Start {
  readonly diagnosis: Justified | ByPerson;
}

/**
 * For `when`: runs the step if the diagnosis chose one of these strategies; otherwise people read why not.
 *
 * @example .actionWhen('origin', chooseOrigin, failedJobInput, whenStrategy('retry_after_data_fix'))
 */
export function whenStrategy(...wanted: readonly Strategy[]): (results: Diagnosed) => When {
  return ({ diagnosis: { strategy, why } }) => wanted.includes(strategy) || { skip: why };
}

/**
 * For `when` of a playbook whose failure kinds have no strategy of their own: runs the step if the job ended with one of
 * these kinds, or if a person chose the playbook.
 *
 * @example .actionWhen('origin', chooseOrigin, failedJobInput, whenEndedWith('disk_full'))
 */
export function whenEndedWith(...kinds: readonly FailureKind[]): (results: Ended) => When {
  return ({ incident: { chosen }, diagnosis: { kind, jobStatus, why } }) => {
    if (jobStatus !== 'Failed' && jobStatus !== 'Stopped') return { skip: 'the job has not failed' };
    return chosen || kinds.includes(kind) || { skip: why };
  };
}

interface Ended extends Start {
  readonly diagnosis: {
    readonly kind: FailureKind;
    readonly jobStatus: string;
    readonly confidence: string;
    readonly why: string;
  };
}

/**
 * The input of steps that look for checkpoints. `trainedUntil` is in milliseconds since the epoch: work between the
 * newest good checkpoint and that moment is lost.
 *
 * @example .action('checkpoint', findCheckpoint, failedJobInput)
 */
export function failedJobInput({
  incident: { job, failedAt, rpoMinutes },
  diagnosis: { trainedUntil = failedAt },
}: Start & { readonly diagnosis: { readonly trainedUntil?: number | undefined } }): {
  readonly job: string;
  readonly trainedUntil: number;
  readonly rpoMinutes: number;
} {
  return { job, trainedUntil, rpoMinutes };
}

/**
 * The input that all relaunches share, after a step `origin` with `choose-origin`.
 *
 * @example (results) => ({ ...relaunchInput(results), larger: resultOf(results.plan, 'plan').larger })
 */
export function relaunchInput({
  incident: { job, rpoMinutes },
  origin,
}: Start & { readonly origin: Pick<Relaunch, 'origin'> | undefined }): Pick<
  Relaunch,
  'job' | 'rpoMinutes' | 'origin'
> {
  return { job, rpoMinutes, origin: resultOf(origin, 'origin').origin };
}

/**
 * The input of `write-postmortem`, from the form of the step `document`.
 *
 * @example .manual('document', postmortemForm).action('postmortem', writePostmortem, postmortemInput)
 */
export function postmortemInput({ incident, document }: Start & { readonly document: Answers | undefined }): {
  incident: string;
  answers: Answers;
} {
  return { incident: incident.id, answers: resultOf(document, 'document') };
}

/**
 * Hands over to the playbook for the diagnosed failure kind, because the alarm knows less than the job does. Returns
 * undefined for a job that is still running, has completed or was stopped by a person, and if a person chose the
 * present playbook.
 *
 * @example handOver: ({ incident, diagnosis }) => handOverByDiagnosis(handles, diagnosis, incident)
 */
export function handOverByDiagnosis(
  handles: readonly IncidentKind[],
  diagnosis: { readonly kind: FailureKind; readonly jobStatus: string } | undefined,
  { chosen }: Pick<IncidentFacts, 'chosen'>,
): HandOver<never> | undefined {
  if (diagnosis === undefined || chosen || handles.includes(diagnosis.kind)) return undefined;
  const ended = diagnosis.jobStatus === 'Failed' || diagnosis.jobStatus === 'Stopped';
  if (!ended || diagnosis.kind === 'user_stopped') return undefined;
  return { kind: diagnosis.kind, why: `the diagnosis is: ${failureWords[diagnosis.kind]}` };
}

/**
 * Like `handOverByDiagnosis`, for a playbook whose steps use `whenEndedWith`: a mere suspicion goes to the playbook for
 * unknown failures, where a person reads the evidence and chooses.
 *
 * @example handOver: ({ incident, diagnosis }) => handOverUnlessSure(handles, diagnosis, incident)
 */
export function handOverUnlessSure(
  handles: readonly IncidentKind[],
  diagnosis: Ended['diagnosis'] | undefined,
  incident: Pick<IncidentFacts, 'chosen'>,
): HandOver<never> | undefined {
  const other = handOverByDiagnosis(handles, diagnosis, incident);
  if (other !== undefined || diagnosis?.confidence !== 'low' || incident.chosen) return other;
  return { kind: 'unknown', why: onlySuspected(diagnosis) };
}

function onlySuspected({ kind, why }: Ended['diagnosis']): string {
  return kind === 'unknown' ? why : `${failureWords[kind]} is only a suspicion`;
}

interface Healthy {
  readonly strategy: Strategy;
  readonly jobStatus: string;
  readonly secondaryStatus: string;
  readonly confidence: string;
}

/**
 * For `nothingBroke` of a playbook: the sentence for a job that is training, or that has completed beyond doubt.
 *
 * @example definePlaybook({ title, summary, handles, steps, nothingBroke, recovered })
 */
export function nothingBroke({
  incident: { job },
  diagnosis,
}: Start & { readonly diagnosis?: Healthy | undefined }): string | undefined {
  if (diagnosis?.strategy !== 'none') return undefined;
  const { jobStatus, secondaryStatus, confidence } = diagnosis;
  if (jobStatus === 'InProgress' && secondaryStatus === 'Training')
    return `${job} is training; nothing failed`;
  return jobStatus === 'Completed' && confidence === 'high'
    ? `${job} has completed; nothing failed`
    : undefined;
}
