import { genesis, seal } from '../../../src/audit/chain.ts';
import { approvalPolicy } from '../../../src/config/approval-policy.ts';
import type { IncidentEvent } from '../../../src/incidents/model/events.ts';
import { type Incident, stateOf } from '../../../src/incidents/model/incident.ts';
import { apply, incidentFrom } from '../../../src/incidents/model/reduce.ts';
import { anOpening } from '../../support/a-journal.ts';
import { hash, helper, person, type Row, second, settings, step } from './matrix-rows.ts';

/** The journal of an incident that waits for an approval, in which the person has this relation to the request. */
export function journalOf({ relation, tier: name, policyClass }: Row): readonly IncidentEvent[] {
  const declared = policyClass === 'read' ? 'spend' : policyClass;
  const { role, needs, others } = approvalPolicy(settings, name, {
    policyClass: declared,
    role: 'responder',
  });
  const by = (user: string) => ({ user, via: 'button' }) as const;
  const proposal = { headline: 'x', request: { TrainingJobName: 'copy' }, differences: [], warnings: [] };
  const proposed = (attempt: number): IncidentEvent => ({
    type: 'step-proposed',
    step,
    attempt,
    proposal,
    hash,
    role,
    needs,
    policyClass: declared,
    ...(others && { others }),
  });
  const failed = { type: 'step-failed', step, attempt: 1, code: 'unexpected', says: '', next: '' } as const;
  const again = (user: string, attempt: number): IncidentEvent[] => [
    { ...failed, attempt: attempt - 1 },
    { type: 'step-retried', step, attempt, by: by(user) },
    proposed(attempt),
  ];
  const started: IncidentEvent = { type: 'playbook-started', playbook: 'p', steps: [step] };
  const approved = (user: string): IncidentEvent => ({
    type: 'step-approved',
    step,
    attempt: 1,
    hash,
    by: by(user),
  });
  const asked: Readonly<Record<Row['relation'], readonly IncidentEvent[]>> = {
    none: [started, proposed(1)],
    starter: [{ ...started, by: by(person) }, proposed(1)],
    requester: [started, proposed(1), ...again(person, 2)],
    adjuster: [
      started,
      proposed(1),
      { type: 'step-adjusted', step, attempt: 2, by: by(person), answers: { batch: '8' } },
      proposed(2),
      ...again(helper, 3),
    ],
    approver: [started, proposed(1), approved(person)],
  };
  return [anOpening({ tier: name }), ...asked[relation]];
}

function withSecond(incident: Incident, relation: Row['relation']): Incident {
  const state = stateOf(incident, step);
  if (state.status !== 'proposed' || state.needs === 1 || relation === 'approver') return incident;
  const { attempt } = state;
  const event = { type: 'step-approved', step, attempt, hash, by: { user: second, via: 'button' } } as const;
  return apply(incident, { event, at: 1 });
}

const built = new Map<string, Incident>();

/** Building the few different incidents once keeps thousands of rows fast. */
export function incidentOf(row: Row): Incident {
  const key = [row.relation, row.tier, row.policyClass].join();
  const known = built.get(key);
  if (known !== undefined) return known;
  const events = journalOf(row);
  const entries = events.map((event, seq) => seal({ seq, at: 1, event, prev: genesis }));
  const incident = withSecond(incidentFrom(entries), row.relation);
  built.set(key, incident);
  return incident;
}
