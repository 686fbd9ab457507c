import { OpsError } from '../../errors.ts';
import { answerProblems, fieldsAt } from '../../incidents/answer-problems.ts';
import { type Incident, runOf } from '../../incidents/model/incident.ts';
import { isUnresolved } from '../../incidents/unresolved.ts';
import type { Answers, ManualStep, Step } from '../../playbooks/define.ts';
import { holdsSecret } from '../../sanitize/redaction.ts';
import type { StepRef } from '../ids.ts';
import type { BotParts } from '../services.ts';
import type { FormPurpose } from './intents.ts';

/** A form as a person sees it, whatever it is for. */
export interface Form extends Pick<ManualStep, 'title' | 'asks' | 'approver' | 'fields'> {
  readonly purpose: FormPurpose;
  /** By field, why its answer cannot be taken; empty when all is well. */
  readonly problems: (answers: Answers) => Readonly<Record<string, string>>;
}

/** Undefined where the step has no form, or there is no such incident. */
export async function formOf(
  {
    store,
    catalog,
    clock,
  }: Pick<BotParts, 'catalog' | 'clock'> & { readonly store: Pick<BotParts['store'], 'load'> },
  ref: StepRef,
): Promise<Form | undefined> {
  try {
    const incident = await store.load(ref.incident);
    const playbook = catalog.get(incident.playbook ?? '');
    // What is asked at the end is not asked before it is known how the incident ended.
    if (playbook === undefined || isUnresolved(incident, playbook)) return undefined;
    const step = playbook.stepsIn(runOf(incident))?.find(({ key }) => key === ref.step);
    if (step === undefined) return undefined;
    if (step.kind === 'action') return adjusting(step, incident);
    return {
      ...step.manual,
      purpose: 'answer',
      fields: fieldsAt(step.manual, clock.now()),
      problems: (answers) =>
        answerProblems(incident, { playbook, step }, answers, { catalog, now: clock.now() }),
    };
  } catch (error) {
    if (error instanceof OpsError && error.code === 'incident-unknown') return undefined;
    throw error;
  }
}

/** Relight keeps hashes of secrets, and reads the values again from the job: one that was typed it could not read again. */
const noSecrets =
  'This holds a secret, and forms are kept in the journal. Put secrets into the job’s environment or AWS Secrets Manager.';

function adjusting(step: Extract<Step, { kind: 'action' }>, incident: Incident): Form | undefined {
  const { action } = step;
  if (action.effect !== 'change' || action.adjust === undefined) return undefined;
  const { adjust, title } = action;
  const found = step.inputFor(runOf(incident).results);
  const before = adjust.apply(found, incident.adjusted[step.key] ?? {});
  return {
    title,
    asks: adjust.asks,
    approver: 'responder',
    fields: adjust.fields('wrong' in before ? found : before.input),
    purpose: 'adjust',
    problems: (answers) => {
      const secret = Object.keys(answers).find((key) => holdsSecret(answers[key] ?? ''));
      if (secret !== undefined) return { [secret]: noSecrets };
      const adjusted = adjust.apply(found, answers);
      return 'wrong' in adjusted ? { [adjusted.field]: adjusted.wrong } : {};
    },
  };
}
