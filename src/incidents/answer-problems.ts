import { nameInRun } from '../playbooks/define/run-keys.ts';
import type { Answers, HandOver, ManualStep, Playbook, Step } from '../playbooks/define.ts';
import { type Catalog, namedBy } from '../playbooks/loaded-playbooks.ts';
import { dayAfter, earliestToday } from '../postmortem/postmortem-form.ts';
import { type Incident, runOf } from './model/incident.ts';

/** Problems with the answers to a manual step, by field; empty if there are none. */
export function answerProblems(
  incident: Incident,
  { playbook, step }: { readonly playbook: Playbook; readonly step: Extract<Step, { kind: 'manual' }> },
  answers: Answers,
  { catalog, now }: { readonly catalog: Catalog; readonly now: number },
): Readonly<Record<string, string>> {
  const past = step.manual.fields.find(({ key, fromToday }) => {
    const day = answers[key] ?? '';
    return fromToday !== undefined && day !== '' && day < earliestToday(now);
  });
  if (past !== undefined) return { [past.key]: 'This date is in the past. Choose today or a later date.' };
  const { number, results } = runOf(incident);
  const wrong = step.check?.(results, answers);
  if (wrong !== undefined) return { [wrong.field]: wrong.wrong };
  const handOver = playbook.handOver?.({ ...results, [nameInRun(step.key, number)]: answers });
  const missing = handOver && namedBy(handOver, catalog).missing;
  return {
    ...step.manual.problems?.(answers),
    ...(missing !== undefined && { [fieldOf(handOver, answers, step.manual)]: missing }),
  };
}

/** The fields of a form as it opens: default dates count from that moment. */
export function fieldsAt({ fields }: Pick<ManualStep, 'fields'>, now: number): ManualStep['fields'] {
  return fields.map((field) =>
    field.fromToday === undefined ? field : { ...field, initial: dayAfter(now, field.fromToday.initialDays) },
  );
}

/** The field where the person named the playbook. */
function fieldOf(handOver: HandOver | undefined, answers: Answers, { fields }: ManualStep): string {
  const named = handOver !== undefined && 'playbook' in handOver ? handOver.playbook : undefined;
  const field = fields.find(({ key }) => named !== undefined && answers[key] === named) ?? fields[0];
  return field?.key ?? '';
}
