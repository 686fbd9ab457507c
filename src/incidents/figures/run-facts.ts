import { keyInRun, nameInRun } from '../../playbooks/define/run-keys.ts';
import type { Entry, EventOf, IncidentEvent } from '../model/events.ts';

/** One playbook run of an incident. */
export interface RunFacts {
  readonly playbook: string;
  /**
   * `recovered`: it restored training, and that lasted. `failed`: it did not, or not for long. `handed-over`: another
   * playbook replaced it. `open`: it still runs. `not-needed`: nothing had to be recovered.
   */
  readonly outcome: 'recovered' | 'failed' | 'handed-over' | 'open' | 'not-needed';
  readonly steps: readonly StepFacts[];
}

/** The attempts of one step. */
export interface StepFacts {
  /** Its name in the playbook. */
  readonly step: string;
  readonly done: number;
  readonly failed: number;
}

interface OpenRun {
  readonly playbook: string;
  readonly number: number;
  readonly keys: ReadonlySet<string>;
  outcome: RunFacts['outcome'];
  readonly steps: Map<string, { done: number; failed: number }>;
}

export function runFactsOf(journal: readonly Entry[]): readonly RunFacts[] {
  const runs: OpenRun[] = [];
  for (const { event } of journal) {
    const current = runs.at(-1);
    if (current !== undefined) current.outcome = outcomeAfter(current.outcome, event);
    if (event.type === 'playbook-started') runs.push(begun(event, runs.length + 1));
    if (event.type === 'step-done' || event.type === 'step-failed') count(runs, event);
  }
  return runs.map(({ playbook, outcome, steps }) => ({
    playbook,
    outcome,
    steps: [...steps].map(([step, counts]) => ({ step, ...counts })),
  }));
}

function begun({ playbook, steps }: EventOf<'playbook-started'>, number: number): OpenRun {
  const keys = new Set(steps.map((key) => keyInRun(key, number)));
  return { playbook, number, keys, outcome: 'open', steps: new Map() };
}

function count(runs: readonly OpenRun[], { type, step }: EventOf<'step-done' | 'step-failed'>): void {
  const run = runs.findLast(({ keys }) => keys.has(step));
  if (run === undefined) return;
  const name = nameInRun(step, run.number);
  const counts = run.steps.get(name) ?? { done: 0, failed: 0 };
  counts[type === 'step-done' ? 'done' : 'failed'] += 1;
  run.steps.set(name, counts);
}

function outcomeAfter(before: RunFacts['outcome'], event: IncidentEvent): RunFacts['outcome'] {
  switch (event.type) {
    case 'playbook-started':
      return before === 'open' ? 'handed-over' : before;
    case 'recovered':
      return event.elsewhere === true ? 'failed' : 'recovered';
    case 'reopened':
    case 'outcome-told':
      return 'failed';
    case 'closed':
      if (before !== 'open') return before;
      return event.outcome === 'given-up' ? 'failed' : 'not-needed';
    default:
      return before;
  }
}
