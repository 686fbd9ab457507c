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

/** A playbook that can be drilled. */
export interface DrilledPlaybook {
  readonly id: string;
  readonly title: string;
  /** Undefined if nobody has drilled it. */
  readonly last: (LastDrill & { readonly ageDays: number }) | undefined;
  /** Nobody has drilled it for longer than the setting allows. */
  readonly isDue: boolean;
}

export function drilledPlaybooks({
  playbooks,
  drills,
  everyDays,
  now,
}: DrillInput): readonly DrilledPlaybook[] {
  return playbooks.map(({ id, title }) => {
    const found = drills.find(({ playbook }) => playbook === id);
    const last = found && { ...found, ageDays: Math.floor((now - found.at) / day) };
    return { id, title, last, isDue: last === undefined || last.ageDays > everyDays };
  });
}

/** The playbooks that nobody has drilled for longer than the setting allows. */
export function drillReadiness(playbooks: readonly DrilledPlaybook[], everyDays: number): ReadinessCheck {
  const findings = playbooks
    .filter(({ isDue }) => isDue)
    .map(({ id, title, last }) => ({
      what: `“${title}”: ${last === undefined ? 'never drilled' : `last drilled ${last.ageDays} days ago, due every ${everyDays}`}`,
      fix: `/relight drill ${id}`,
    }));
  return { part: 'drills', looked: counted(playbooks.length, 'playbook'), findings, unmeasured: [] };
}
