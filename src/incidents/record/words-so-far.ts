import { keyInRun } from '../../playbooks/define/run-keys.ts';
import { titleOf } from '../../playbooks/define/steps.ts';
import type { Step } from '../../playbooks/define.ts';
import type { Catalog } from '../../playbooks/loaded-playbooks.ts';
import type { Report } from '../../ports/step-output.ts';
import type { EventOf, IncidentEvent } from '../model/events.ts';
import type { StepWords } from './timeline.ts';

/** The texts of one incident's steps, learned from its events in order. */
export interface WordsSoFar {
  readonly saw: (event: IncidentEvent) => void;
  readonly words: StepWords;
  /** Undefined if the playbook has changed since the step ran. */
  readonly stepAt: (key: string) => Step | undefined;
}

export function createWordsSoFar(catalog: Pick<Catalog, 'get'>): WordsSoFar {
  const steps = new Map<string, Step>();
  const titles = new Map<string, string>();
  let runs = 0;
  let aboutEndpoint = false;
  const words: StepWords = {
    titleOf: (key) => titles.get(key) ?? titleIn(steps.get(key)) ?? key,
    playbookTitle: (id) => catalog.get(id)?.title ?? id,
    outcomeOf: (key, result) => reportOf(steps.get(key), result)?.headline ?? 'done',
    isChange: (key) => {
      const step = steps.get(key);
      return step?.kind === 'action' && step.action.effect === 'change';
    },
    get brokeAgain() {
      return aboutEndpoint ? 'alarmed again' : 'failed again';
    },
  };
  const started = ({ playbook, steps: keys }: EventOf<'playbook-started'>): void => {
    runs += 1;
    const pinned = keys.map((key) => keyInRun(key, runs));
    const found = catalog.get(playbook)?.stepsIn({ number: runs, pinned }) ?? [];
    for (const step of found) steps.set(step.key, step);
  };
  const proposed = ({ step, proposal: { words: own } }: EventOf<'step-proposed'>): void => {
    if (own?.title === undefined) titles.delete(step);
    else titles.set(step, own.title);
  };
  return {
    words,
    stepAt: (key) => steps.get(key),
    saw: (event) => {
      if (event.type === 'playbook-started') started(event);
      if (event.type === 'step-proposed') proposed(event);
      const kind = 'kind' in event && event.type !== 'job-joined' ? event.kind : undefined;
      if (kind !== undefined) aboutEndpoint = kind === 'model_degraded';
    },
  };
}

function titleIn(step: Step | undefined): string | undefined {
  return step && titleOf(step);
}

/** Undefined if the current version of the action cannot parse the output of an older one. */
export function reportOf(step: Step | undefined, result: unknown): Report | undefined {
  if (step?.kind !== 'action') return undefined;
  const parsed = step.action.output.safeParse(result);
  return parsed.success ? step.action.report(parsed.data) : undefined;
}
