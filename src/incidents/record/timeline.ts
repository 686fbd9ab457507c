import type { TimelineEntry } from '../../ports/record.ts';
import type { Alarm, Entry, IncidentEvent } from '../model/events.ts';

/** What only the playbooks know of the steps in a journal. */
export interface StepWords {
  readonly titleOf: (step: string) => string;
  readonly playbookTitle: (id: string) => string;
  /** The headline of what a step found or did. */
  readonly outcomeOf: (step: string, result: unknown) => string;
  readonly isChange: (step: string) => boolean;
  /** What a thing does when it breaks again: an endpoint does not fail as a job does. */
  readonly brokeAgain: string;
}

/** `at` is that of the journal's entry, unless the event tells a better one. */
type Telling = Omit<TimelineEntry, 'at'> & { readonly at?: number };
type EventOf<T extends IncidentEvent['type']> = Extract<IncidentEvent, { type: T }>;

/** A row for every event: a new one does not compile until it is told here. No row tells what would fill pages. */
const tell: {
  readonly [T in IncidentEvent['type']]: (event: EventOf<T>, words: StepWords) => readonly Telling[];
} = {
  opened: ({ alarm }) => [alarmed(alarm), { kind: 'step', what: 'Incident opened' }],
  'alarm-joined': ({ alarm }) => [alarmed(alarm)],
  'alarm-cleared': ({ alarm: { name, at } }) => [{ kind: 'alarm', at, what: `${name}: OK again` }],
  'alarm-flapping': ({ name, changes, minutes }) => [
    {
      kind: 'alarm',
      what: `${name}: flapping`,
      detail: `${changes} changes in ${minutes} minutes; what follows is not noted until it settles`,
    },
  ],
  'alarm-settled': ({ name, state, at }) => [{ kind: 'alarm', at, what: `${name}: settled, ${state}` }],
  'job-joined': ({ job, at, own }) => [
    {
      kind: 'alarm',
      at,
      what: `${job} failed too`,
      ...(own !== undefined && { detail: `goes on in ${own}` }),
    },
  ],
  held: ({ name, until }) => [
    {
      kind: 'step',
      what: 'Its thread is held back',
      detail: `${name}, until ${new Date(until).toISOString()}`,
    },
  ],
  released: ({ why, by }) => [
    {
      kind: by === undefined ? 'step' : 'decision',
      what: 'Its thread is opened',
      ...(by !== undefined && { who: by.user }),
      detail: why,
    },
  ],
  snoozed: ({ scope, until, why, by }) => [
    {
      kind: 'decision',
      who: by.user,
      what: `New threads are held back until ${new Date(until).toISOString()} (${scope})`,
      detail: why,
    },
  ],
  'snooze-ended': ({ by }) => [{ kind: 'decision', who: by.user, what: 'New threads are shown again' }],
  'playbook-started': ({ playbook, by, why }, { playbookTitle }) => [
    {
      kind: by === undefined ? 'step' : 'decision',
      what: `Playbook “${playbookTitle(playbook)}” started`,
      ...(by !== undefined && { who: by.user }),
      ...(why !== undefined && { detail: why }),
    },
  ],
  'step-progress': () => [],
  'step-skipped': ({ step, reason }, { titleOf }) => [
    { kind: 'step', what: `${titleOf(step)}: skipped`, detail: reason },
  ],
  'step-proposed': ({ step, proposal }, { titleOf }) => [
    { kind: 'step', what: `${titleOf(step)}: proposed`, detail: proposal.headline },
  ],
  'step-approved': ({ step, by }, { titleOf }) => [
    { kind: 'decision', who: by.user, what: `${titleOf(step)}: approved` },
  ],
  'step-lapsed': ({ step, why }, { titleOf }) => [
    { kind: 'step', what: `${titleOf(step)}: the approval lapsed`, detail: why },
  ],
  'step-renewed': ({ step, why }, { titleOf }) => [
    { kind: 'step', what: `${titleOf(step)}: not sent, the request is made again`, detail: why },
  ],
  'step-begun': ({ step }, { titleOf }) => [{ kind: 'change', what: `${titleOf(step)}: begun` }],
  'step-done': ({ step, result }, { titleOf, outcomeOf, isChange }) => [
    { kind: isChange(step) ? 'change' : 'step', what: `${titleOf(step)}: ${outcomeOf(step, result)}` },
  ],
  'step-failed': ({ step, says }, { titleOf }) => [
    { kind: 'step', what: `${titleOf(step)}: failed`, detail: says },
  ],
  'step-retried': ({ step, by }, { titleOf }) => [
    { kind: 'decision', who: by.user, what: `${titleOf(step)}: tried again` },
  ],
  'step-adjusted': ({ step, by, answers }, { titleOf }) => [
    {
      kind: 'decision',
      who: by.user,
      what: `${titleOf(step)}: other values chosen`,
      detail: listed(answers),
    },
  ],
  'step-answered': ({ step, by }, { titleOf }) => [
    { kind: 'decision', who: by.user, what: `${titleOf(step)}: answered` },
  ],
  'request-viewed': ({ step, by }, { titleOf }) => [
    { kind: 'decision', who: by.user, what: `${titleOf(step)}: looked at the request` },
  ],
  refused: ({ step, by, why }, { titleOf }) => [
    {
      kind: 'decision',
      who: by.user,
      what: `${step === undefined ? 'A press' : titleOf(step)}: refused`,
      detail: why,
    },
  ],
  reopened: ({ job, at, why }, { brokeAgain }) => [
    { kind: 'alarm', at, what: `${job} ${brokeAgain}`, detail: why },
  ],
  'failure-dated': ({ at }) => [{ kind: 'alarm', at, what: 'It failed, as AWS says' }],
  recovered: ({ how, by }) => [
    { kind: by === undefined ? 'end' : 'decision', what: how, ...(by !== undefined && { who: by.user }) },
  ],
  'outcome-told': ({ says, by }) => [
    { kind: 'decision', what: says, ...(by !== undefined && { who: by.user }) },
  ],
  closed: ({ why }) => [{ kind: 'end', what: 'Incident closed', detail: why }],
};

export function timelineOf(journal: readonly Entry[], words: StepWords): readonly TimelineEntry[] {
  return journal.flatMap((entry) => entriesOf(entry, words)).toSorted((one, other) => one.at - other.at);
}

function entriesOf({ event, at }: Entry, words: StepWords): readonly TimelineEntry[] {
  // The row is that of this event's type: the table has one for each.
  const row = tell[event.type] as (event: IncidentEvent, words: StepWords) => readonly Telling[];
  return row(event, words).map((telling) => ({ ...telling, at: Math.min(telling.at ?? at, at) }));
}

function alarmed({ name, reason, at }: Alarm): Telling {
  return { kind: 'alarm', at, what: name, ...(reason !== '' && { detail: reason }) };
}

function listed(answers: Readonly<Record<string, string>>): string {
  return Object.entries(answers)
    .map(([key, value]) => `${key}: ${value}`)
    .join(', ');
}
