import type { TimelineEntry } from '../../ports/record.ts';
import type { Alarm, Entry, IncidentEvent } from '../model/events.ts';

/** The texts of a journal's steps, which only the playbooks know. */
export interface StepWords {
  readonly titleOf: (step: string) => string;
  readonly playbookTitle: (id: string) => string;
  /** The headline of a step's result. */
  readonly outcomeOf: (step: string, result: unknown) => string;
  readonly isChange: (step: string) => boolean;
  /** The words for a second failure, which differ between jobs and endpoints. */
  readonly brokeAgain: string;
}

/** `at` defaults to the time of the journal entry. */
type Row = Omit<TimelineEntry, 'at'> & { readonly at?: number };
type EventOf<T extends IncidentEvent['type']> = Extract<IncidentEvent, { type: T }>;

/** The rows of every event type; the compiler requires an entry for each. Events that would fill pages have no rows. */
const rowsOf: {
  readonly [T in IncidentEvent['type']]: (event: EventOf<T>, words: StepWords) => readonly Row[];
} = {
  opened: ({ alarm }) => [alarmed(alarm), { kind: 'step', what: 'Incident opened' }],
  'alarm-joined': ({ alarm }) => [alarmed(alarm)],
  'alarm-cleared': ({ alarm: { name, at } }) => [{ kind: 'alarm', at, what: `${name}: OK again` }],
  'alarm-flapping': ({ name, changes, minutes }) => [
    {
      kind: 'alarm',
      what: `${name}: flapping`,
      detail: `${changes} changes in ${minutes} minutes; muted until stable`,
    },
  ],
  'alarm-settled': ({ name, state, at }) => [{ kind: 'alarm', at, what: `${name}: stable, ${state}` }],
  'job-joined': ({ job, at, own }) => [
    {
      kind: 'alarm',
      at,
      what: `${job} failed too`,
      ...(own !== undefined && { detail: `continues in ${own}` }),
    },
  ],
  held: ({ name, until }) => [
    {
      kind: 'step',
      what: 'Thread held back',
      detail: `${name}, until ${new Date(until).toISOString()}`,
    },
  ],
  released: ({ why, by }) => [
    {
      kind: by === undefined ? 'step' : 'decision',
      what: 'Thread opened',
      ...(by !== undefined && { who: by.user }),
      detail: why,
    },
  ],
  snoozed: ({ scope, until, why, by }) => [
    {
      kind: 'decision',
      who: by.user,
      what: `New threads silenced until ${new Date(until).toISOString()} (${scope})`,
      detail: why,
    },
  ],
  'snooze-ended': ({ by }) => [{ kind: 'decision', who: by.user, what: 'Silence ended' }],
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
    { kind: 'step', what: `${titleOf(step)}: approval lapsed`, detail: why },
  ],
  'step-renewed': ({ step, why }, { titleOf }) => [
    { kind: 'step', what: `${titleOf(step)}: not sent, request rebuilt`, detail: why },
  ],
  'step-begun': ({ step }, { titleOf }) => [{ kind: 'change', what: `${titleOf(step)}: started` }],
  'step-done': ({ step, result }, { titleOf, outcomeOf, isChange }) => [
    { kind: isChange(step) ? 'change' : 'step', what: `${titleOf(step)}: ${outcomeOf(step, result)}` },
  ],
  'step-failed': ({ step, says }, { titleOf }) => [
    { kind: 'step', what: `${titleOf(step)}: failed`, detail: says },
  ],
  'step-retried': ({ step, by }, { titleOf }) => [
    { kind: 'decision', who: by.user, what: `${titleOf(step)}: retried` },
  ],
  'step-adjusted': ({ step, by, answers }, { titleOf }) => [
    {
      kind: 'decision',
      who: by.user,
      what: `${titleOf(step)}: values changed`,
      detail: listed(answers),
    },
  ],
  'step-answered': ({ step, by }, { titleOf }) => [
    { kind: 'decision', who: by.user, what: `${titleOf(step)}: answered` },
  ],
  'request-viewed': ({ step, by }, { titleOf }) => [
    { kind: 'decision', who: by.user, what: `${titleOf(step)}: opened the request` },
  ],
  refused: ({ step, by, why }, { titleOf }) => [
    {
      kind: 'decision',
      who: by.user,
      what: `${step === undefined ? 'Action' : titleOf(step)}: refused`,
      detail: why,
    },
  ],
  reopened: ({ job, at, why }, { brokeAgain }) => [
    { kind: 'alarm', at, what: `${job} ${brokeAgain}`, detail: why },
  ],
  'failure-dated': ({ at }) => [{ kind: 'alarm', at, what: 'Failed, according to AWS' }],
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
  // The table has a function for each event type, and this is the one for this event's type.
  const rows = rowsOf[event.type] as (event: IncidentEvent, words: StepWords) => readonly Row[];
  return rows(event, words).map((row) => ({ ...row, at: Math.min(row.at ?? at, at) }));
}

function alarmed({ name, reason, at }: Alarm): Row {
  return { kind: 'alarm', at, what: name, ...(reason !== '' && { detail: reason }) };
}

function listed(answers: Readonly<Record<string, string>>): string {
  return Object.entries(answers)
    .map(([key, value]) => `${key}: ${value}`)
    .join(', ');
}
