import { currentStep, type Incident, isEndKnown, isOpen, stateOf } from '../model/incident.ts';

/** What people must know of an incident although Slack takes no messages. */
export const fallbackStates = ['opened', 'needs-approval', 'escalated', 'recovered', 'closed'] as const;
export type FallbackState = (typeof fallbackStates)[number];

export interface StateToTell {
  readonly state: FallbackState;
  /** Unique within the incident: a state is told once, and again only if it comes again. */
  readonly key: string;
  readonly step?: string;
}

/** What was sent past Slack during the present outage of Slack. */
export interface FallbackLedger {
  /** Since when the outage lasts that was told; undefined if none was. */
  readonly outage: () => Promise<number | undefined>;
  /** Begins an outage, or returns the one that is told already. */
  readonly begin: (since: number) => Promise<number>;
  readonly told: () => Promise<ReadonlySet<string>>;
  readonly note: (message: string) => Promise<void>;
  readonly end: () => Promise<void>;
}

/**
 * The states that hold now, in the order in which people should read them. None for a drill, and none while a maintenance
 * window or a silence holds the thread back.
 * @example statesToTell(incident) // [{ state: 'opened', key: 'opened.0' }, { state: 'needs-approval', … }]
 */
export function statesToTell(incident: Incident): readonly StateToTell[] {
  const { drill, held, attempts, called = [] } = incident;
  if (drill !== undefined || held !== undefined) return [];
  if (!isOpen(incident) || isEndKnown(incident)) return [endOf(incident)];
  const calls = called.filter(({ over }) => over !== true);
  return [
    // An incident that was reopened is news again.
    { state: 'opened', key: `opened.${attempts.length}` },
    ...needsApproval(incident),
    ...calls.map(({ first, number }) => ({
      state: 'escalated' as const,
      key: `escalated.${first}.${number}`,
    })),
  ];
}

function endOf({ attempts, closed, recovered }: Incident): StateToTell {
  return closed !== undefined && (recovered === undefined || closed.outcome !== undefined)
    ? { state: 'closed', key: `closed.${closed.at}` }
    : { state: 'recovered', key: `recovered.${attempts.length}` };
}

function needsApproval(incident: Incident): readonly StateToTell[] {
  const step = currentStep(incident);
  const state = step === undefined ? undefined : stateOf(incident, step);
  if (step === undefined || state?.status !== 'proposed' || incident.paused !== undefined) return [];
  return [
    {
      state: 'needs-approval',
      key: `needs-approval.${step}.${state.attempt}.${state.hash.slice(0, 8)}`,
      step,
    },
  ];
}

/** An end is news only to people who were told of the incident during this outage. */
export function isEnd({ state }: StateToTell): boolean {
  return state === 'recovered' || state === 'closed';
}
