import type { Answers, HandOver, ManualStep, Playbook, Step } from '../playbooks/define.ts';
import type { Catalog } from '../playbooks/loaded-playbooks.ts';
import { namedBy } from '../playbooks/named-playbook.ts';
import { nameInRun } from '../playbooks/run-keys.ts';
import { type Incident, runOf } from './incident.ts';

/** By field, why the answers to a manual step cannot be taken; empty when all is well. */
export function answerProblems(
  incident: Incident,
  { playbook, step }: { readonly playbook: Playbook; readonly step: Extract<Step, { kind: 'manual' }> },
  answers: Answers,
  catalog: Catalog,
): Readonly<Record<string, string>> {
  const { number, results } = runOf(incident);
  const wrong = step.check?.(results, answers);
  if (wrong !== undefined) return { [wrong.field]: wrong.wrong };
  const handOver = playbook.handOver?.({ ...results, [nameInRun(step.key, number)]: answers });
  const missing = handOver && namedBy(handOver, catalog).missing;
  return missing === undefined ? {} : { [fieldOf(handOver, answers, step.manual)]: missing };
}

/** The field in which the person named the playbook. */
function fieldOf(handOver: HandOver | undefined, answers: Answers, { fields }: ManualStep): string {
  const named = handOver !== undefined && 'playbook' in handOver ? handOver.playbook : undefined;
  const field = fields.find(({ key }) => named !== undefined && answers[key] === named) ?? fields[0];
  return field?.key ?? '';
}
