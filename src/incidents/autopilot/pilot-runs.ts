import { keyInRun } from '../../playbooks/define/run-keys.ts';
import type { Entry, EventOf, IncidentEvent } from '../model/events.ts';
import type { StepOfTier } from './setting.ts';

interface End {
  readonly outcome: 'succeeded' | 'failed';
  readonly at: number;
  /** Why it failed. */
  readonly why: string;
}

interface Running {
  readonly incident: string;
  readonly of: StepOfTier;
  /** The step's key in the incident. */
  readonly key: string;
  readonly attempt: number;
  /** Whether Autopilot approved it; otherwise people decided. */
  readonly approved: boolean;
  readonly begun: boolean;
  readonly done: boolean;
  readonly end?: End | undefined;
}

/** A request that Autopilot approved, or would have approved, and how it ended. */
export interface PilotRun extends Running {
  readonly end: End;
}

/**
 * The finished runs of one journal. A launch is no success yet: a run has succeeded when its playbook restored training,
 * and has failed when that did not last.
 */
export function pilotRunsOf(journal: readonly Entry[]): readonly PilotRun[] {
  const [first] = journal;
  if (first?.event.type !== 'opened' || first.event.drill !== undefined) return [];
  const { incident, tier } = first.event;
  const steps = new Map<string, StepOfTier>();
  let runs: readonly Running[] = [];
  let playbooks = 0;
  for (const { event, at } of journal) {
    runs = runs.flatMap((run) => after(run, event, at) ?? []);
    if (event.type === 'playbook-started') {
      playbooks += 1;
      for (const step of event.steps)
        steps.set(keyInRun(step, playbooks), { playbook: event.playbook, step, tier });
    } else if (isPilots(event)) {
      const of = steps.get(event.step);
      if (of !== undefined) runs = begun(runs, event, { incident, of });
    }
  }
  return runs.flatMap(({ end, ...run }) => (end === undefined ? [] : [{ ...run, end }]));
}

type Pilots = EventOf<'autopilot-suggested' | 'autopilot-armed' | 'autopilot-approved'>;

function isPilots(event: IncidentEvent): event is Pilots {
  return (
    event.type === 'autopilot-suggested' ||
    event.type === 'autopilot-armed' ||
    event.type === 'autopilot-approved'
  );
}

function begun(
  runs: readonly Running[],
  { type, step: key, attempt }: Pilots,
  of: Pick<Running, 'incident' | 'of'>,
): readonly Running[] {
  const isIt = (run: Running): boolean => run.key === key && run.attempt === attempt;
  const approved = type === 'autopilot-approved';
  const before = runs.find(isIt) ?? { ...of, key, attempt, approved, begun: false, done: false };
  return [...runs.filter((run) => !isIt(run)), { ...before, approved }];
}

/** The run after an event; undefined if it does not count any longer. */
function after(run: Running, event: IncidentEvent, at: number): Running | undefined {
  if (!('attempt' in event) || event.step !== run.key) return afterEvent(run, event, at);
  // A new attempt ends one that sent nothing.
  if (event.attempt > run.attempt) return run.begun || run.end !== undefined ? run : undefined;
  return event.attempt === run.attempt ? afterOwn(run, event, at) : run;
}

function afterOwn(run: Running, event: IncidentEvent, at: number): Running | undefined {
  switch (event.type) {
    case 'autopilot-disarmed':
      return undefined;
    case 'autopilot-held':
      return { ...run, approved: false };
    case 'step-begun':
      return { ...run, begun: true };
    case 'step-done':
      return { ...run, done: true };
    case 'step-declined':
      return failed(run, at, 'a person declined it');
    case 'step-canceled':
      return failed(run, at, 'a person canceled it');
    case 'step-failed':
      return run.begun || run.approved ? failed(run, at, event.says) : undefined;
    default:
      return run;
  }
}

/** What became of the incident after the change was done. */
function afterEvent(run: Running, event: IncidentEvent, at: number): Running {
  if (!run.done) return run;
  if (event.type === 'recovered' && event.elsewhere !== true)
    return { ...run, end: { outcome: 'succeeded', at, why: '' } };
  if (event.type === 'reopened') return failed(run, at, 'the recovery did not last');
  const why = run.end === undefined ? failureBy(run, event) : undefined;
  return why === undefined ? run : failed(run, at, why);
}

function failureBy({ of }: Running, event: IncidentEvent): string | undefined {
  switch (event.type) {
    case 'recovered':
      return 'training was restored in another way';
    case 'playbook-started':
      // Another round of the same playbook has made progress.
      return event.job === undefined && event.playbook === of.playbook
        ? undefined
        : 'another playbook had to take over';
    case 'outcome-told':
      return event.says;
    case 'closed':
      return event.outcome === 'given-up' ? event.why : undefined;
    default:
      return undefined;
  }
}

function failed(run: Running, at: number, why: string): Running {
  return { ...run, end: { outcome: 'failed', at, why } };
}
