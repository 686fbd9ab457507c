import type { TimelineEntry } from '../../ports/record.ts';
import type { Actor, Alarm, Entry, EventOf, IncidentEvent } from '../model/events.ts';

/** The texts of a journal's steps, which only the playbooks know. */
export interface StepWords {
  readonly titleOf: (step: string) => string;
  readonly playbookTitle: (id: string) => string;
  readonly outcomeOf: (step: string, result: unknown) => string;
  readonly isChange: (step: string) => boolean;
  /** The words for a second failure, which differ between jobs and endpoints. */
  readonly brokeAgain: string;
}

/** `at` defaults to the time of the journal entry. */
type Row = Omit<TimelineEntry, 'at'> & { readonly at?: number };

type Rows<T extends IncidentEvent['type'], R> = {
  readonly [K in T]: (event: EventOf<K>, words: StepWords) => R;
};

/** Events that would fill pages. The audit trail shows them too, with words of its own. */
export type Unlisted = 'step-progress' | 'step-sent' | 'aws-called' | 'linked' | 'paged';
type Listed = Exclude<IncidentEvent['type'], Unlisted>;

/** The rows of every event type; the compiler requires an entry for each, with a row unless it may be unlisted. */
const rowsOf: Rows<Listed, readonly [Row, ...Row[]]> & Rows<Unlisted, readonly Row[]> = {
  opened: ({ alarm }) => [alarmed(alarm), row('step', 'Incident opened')],
  'alarm-joined': ({ alarm }) => [alarmed(alarm)],
  'alarm-cleared': ({ alarm: { name, at } }) => [{ ...row('alarm', `${name}: OK again`), at }],
  'alarm-flapping': ({ name, changes, minutes }) => [
    row('alarm', `${name}: flapping`, `${changes} changes in ${minutes} minutes; muted until stable`),
  ],
  'alarm-settled': ({ name, state, at }) => [{ ...row('alarm', `${name}: stable, ${state}`), at }],
  'job-joined': ({ job, at, own }) => [
    { ...row('alarm', `${job} failed too`, own && `continues in ${own}`), at },
  ],
  held: ({ name, until }) => [
    row('step', 'Thread held back', `${name}, until ${new Date(until).toISOString()}`),
  ],
  released: ({ why, by }) => [decided(by, 'Thread opened', why)],
  snoozed: ({ scope, until, why, by }) => [
    decided(by, `New threads silenced until ${new Date(until).toISOString()} (${scope})`, why),
  ],
  'snooze-ended': ({ by }) => [decided(by, 'Silence ended')],
  'changes-halted': ({ why, by }) => [decided(by, 'All changes halted', why)],
  'changes-resumed': ({ by }) => [decided(by, 'Changes resumed')],
  'playbook-started': ({ playbook, by, why }, { playbookTitle }) => [
    decided(by, `Playbook “${playbookTitle(playbook)}” started`, why),
  ],
  'step-progress': () => [],
  'step-skipped': ({ step, reason, by }, { titleOf }) => [decided(by, `${titleOf(step)}: skipped`, reason)],
  'step-declined': ({ step, by, reason }, { titleOf }) => [decided(by, `${titleOf(step)}: declined`, reason)],
  'step-sent': () => [],
  'step-cancel-asked': ({ step, by }, { titleOf }) => [
    decided(by, `${titleOf(step)}: cancellation asked for`),
  ],
  'step-canceled': ({ step, by, says }, { titleOf }) => [decided(by, `${titleOf(step)}: canceled`, says)],
  'step-kept': ({ step, by }, { titleOf }) => [decided(by, `${titleOf(step)}: kept after all`)],
  'step-stop-asked': ({ step, by, job }, { titleOf }) => [
    decided(by, `${titleOf(step)}: asked to stop ${job}`),
  ],
  'step-proposed': ({ step, proposal }, { titleOf }) => [
    row(
      'step',
      `${titleOf(step)}: proposed`,
      [proposal.headline, proposal.terms?.price ?? []].flat().join('. '),
    ),
  ],
  'step-approved': ({ step, by, glassAt }, { titleOf }) => [
    decided(by, `${titleOf(step)}: approved${glassAt === undefined ? '' : ' with break-glass'}`),
  ],
  'step-reminded': ({ step }, { titleOf }) => [row('step', `${titleOf(step)}: approvers called again`)],
  'autopilot-suggested': ({ step }, { titleOf }) => [
    row('step', `${titleOf(step)}: Autopilot would have approved it`),
  ],
  'autopilot-armed': ({ step, until }, { titleOf }) => [
    row('step', `${titleOf(step)}: Autopilot approves it at ${new Date(until).toISOString()} unless held`),
  ],
  'autopilot-held': ({ step, by }, { titleOf }) => [decided(by, `${titleOf(step)}: held`)],
  'autopilot-disarmed': ({ step, why }, { titleOf }) => [
    row('step', `${titleOf(step)}: Autopilot left it to people`, why),
  ],
  'autopilot-approved': ({ step }, { titleOf }) => [
    { ...row('decision', `${titleOf(step)}: approved`), who: 'Autopilot' },
  ],
  'autopilot-demoted': ({ step, why }, { titleOf }) => [
    row('step', `${titleOf(step)}: Autopilot only suggests from now on`, why),
  ],
  'step-lapsed': ({ step, why }, { titleOf }) => [row('step', `${titleOf(step)}: approval lapsed`, why)],
  'step-renewed': ({ step, why, by }, { titleOf }) => [
    decided(by, `${titleOf(step)}: not sent, request rebuilt`, why),
  ],
  'step-begun': ({ step }, { titleOf }) => [row('change', `${titleOf(step)}: started`)],
  'step-done': ({ step, result }, { titleOf, outcomeOf, isChange }) => [
    row(isChange(step) ? 'change' : 'step', `${titleOf(step)}: ${outcomeOf(step, result)}`),
  ],
  'step-failed': ({ step, says }, { titleOf }) => [row('step', `${titleOf(step)}: failed`, says)],
  'step-retried': ({ step, by }, { titleOf }) => [decided(by, `${titleOf(step)}: retried`)],
  'step-adjusted': ({ step, by, answers }, { titleOf }) => [
    decided(by, `${titleOf(step)}: values changed`, listed(answers)),
  ],
  'step-answered': ({ step, by }, { titleOf }) => [decided(by, `${titleOf(step)}: answered`)],
  'aws-called': () => [],
  'result-not-archived': ({ step, why }, { titleOf }) => [
    row('step', `${titleOf(step)}: done, but its result is not in the audit vault yet`, why),
  ],
  'unknown-event': ({ name }) => [row('step', 'Recorded by a newer version of Relight', name)],
  'request-viewed': ({ step, by }, { titleOf }) => [looked(by, `${titleOf(step)}: opened the request`)],
  'trail-viewed': ({ by }) => [looked(by, 'Opened the audit trail')],
  refused: ({ step, by, why }, { titleOf }) => [
    decided(by, `${step === undefined ? 'Action' : titleOf(step)}: refused`, why),
  ],
  taken: ({ by }) => [decided(by, 'Took the incident')],
  'handed-over': ({ to, by }) => [decided(by, `Handed the incident over to ${to}`)],
  'take-reminded': ({ minutes }) => [
    row('step', `Nobody took the incident for ${minutes} min: people called`),
  ],
  paused: ({ why, by }) => [decided(by, 'Paused the incident', why)],
  unpaused: ({ by }) => [decided(by, 'Resumed the incident')],
  'job-took-over': ({ job, by }) => [decided(by, `Named ${job} as the job that took over`)],
  'follow-ended': ({ job, status }) => [row('end', `${job}: ${status}`)],
  'duplicate-joined': ({ incident, job, by }) => [
    decided(by, `Closed ${incident} as a duplicate of this incident`, job),
  ],
  linked: () => [],
  'postmortem-written': ({ result }) => [row('step', 'Postmortem written', result.summary)],
  'follow-up-done': ({ number, by }) => [decided(by, `Follow-up ${number}: done`)],
  'attempts-spent': ({ attempts }) => [
    row('step', `${attempts} attempts did not last: people called instead of another one`),
  ],
  'attempt-allowed': ({ by }) => [decided(by, 'Allowed one more attempt')],
  escalated: ({ level, number, percent }) => [
    row('step', `${calledWords[level]}${number === 1 ? '' : ' again'}: ${percent} % of the RTO used`),
  ],
  'escalation-acknowledged': ({ by }) => [decided(by, 'Acknowledged the call')],
  paged: ({ refused }) =>
    refused === undefined ? [] : [row('step', 'The on-call tool refused a page', refused)],
  'glass-broken': ({ by, why, until }) => [
    decided(by, `Broke the glass: one change without approvers until ${new Date(until).toISOString()}`, why),
  ],
  'help-called': ({ by }) => [decided(by, 'Called for help')],
  'tier-removed': ({ tier }) => [row('step', `The tier ${tier} is no longer in relight.yaml`)],
  'playbook-lost': ({ playbook, how }) => [row('step', `The playbook ${playbook} was ${how}: stopped`)],
  'drill-scored': ({ score: { points } }) => [row('end', `Drill scored: ${points} of 100`)],
  reopened: ({ job, at, why, by }, { brokeAgain }) => [
    by === undefined
      ? { ...row('alarm', `${job} ${brokeAgain}`, why), at }
      : decided(by, 'Reopened the incident', why),
  ],
  'failure-dated': ({ at }) => [{ ...row('alarm', 'Failed, according to AWS'), at }],
  recovered: ({ how, by }) => [by === undefined ? row('end', how) : decided(by, how)],
  'outcome-told': ({ says, by }) => [{ ...decided(by, says), kind: 'decision' }],
  closed: ({ why, by }) => [{ ...decided(by, 'Incident closed', why), kind: 'end' }],
};

const calledWords = {
  responder: 'Responder called',
  predicted: 'Leads called because a breach of the RTO is predicted',
  lead: 'Leads called',
  contacts: 'Contacts of the tier called',
} as const;

function row(kind: Row['kind'], what: string, detail?: string): Row {
  return { kind, what, ...(detail !== undefined && { detail }) };
}

/** A person's decision; without a person, Relight did it. */
function decided(by: Actor | undefined, what: string, detail?: string): Row {
  return by === undefined ? row('step', what, detail) : { ...row('decision', what, detail), who: by.user };
}

/** A person looked, and decided nothing. */
function looked(by: Actor, what: string): Row {
  return { ...row('step', what), who: by.user };
}

export function timelineOf(journal: readonly Entry[], words: StepWords): readonly TimelineEntry[] {
  return journal.flatMap((entry) => entriesOf(entry, words)).toSorted((one, other) => one.at - other.at);
}

/** The rows of one journal entry. */
export function entriesOf(
  { event, at }: Pick<Entry, 'event' | 'at'>,
  words: StepWords,
): readonly TimelineEntry[] {
  // The table has a function for each event type, and this is the one for this event's type.
  const rows = rowsOf[event.type] as (event: IncidentEvent, words: StepWords) => readonly Row[];
  return rows(event, words).map((row) => ({ ...row, at: Math.min(row.at ?? at, at) }));
}

function alarmed({ name, reason, at }: Alarm): Row {
  return { ...row('alarm', name, reason === '' ? undefined : reason), at };
}

function listed(answers: Readonly<Record<string, string>>): string {
  return Object.entries(answers)
    .map(([key, value]) => `${key}: ${value}`)
    .join(', ');
}
