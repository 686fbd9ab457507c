import { counted } from '../in-words.ts';
import type { LastDrill } from '../ports/history/last-drill.ts';
import type { ReadinessCheck } from './readiness.ts';

const day = 24 * 3_600_000;

interface DrillInput {
  readonly playbooks: readonly { readonly id: string; readonly title: string }[];
  readonly drills: readonly LastDrill[];
  readonly everyDays: number;
  readonly now: number;
}

/** The playbooks that nobody has drilled for longer than the setting allows. */
export function drillReadiness({ playbooks, drills, everyDays, now }: DrillInput): ReadinessCheck {
  const findings = playbooks.flatMap(({ id, title }) => {
    const last = drills.find(({ playbook }) => playbook === id);
    const age = last && Math.floor((now - last.at) / day);
    if (age !== undefined && age <= everyDays) return [];
    const what = `“${title}”: ${age === undefined ? 'never drilled' : `last drilled ${age} days ago, due every ${everyDays}`}`;
    return [{ what, fix: `/relight drill ${id}` }];
  });
  return { part: 'drills', looked: counted(playbooks.length, 'playbook'), findings, unmeasured: [] };
}
