import { time } from '../in-words.ts';
import { failureWords } from '../ports/failure-kind.ts';
import type { Answers } from '../ports/form-fields.ts';
import { seenInWords } from '../ports/history/seen-before.ts';
import type { ChangeMade, Finding, IncidentRecord, TimelineEntry } from '../ports/record.ts';
import { type Durations, durationsInWords, recoveryInWords } from './durations.ts';
import { paragraphs, plain, table } from './markdown-text.ts';
import { type FollowUp, postmortemForm } from './postmortem-form.ts';

/** Keep the document readable after an incident of several weeks. */
const maxRows = 400;
const maxLines = 12;

interface Postmortem {
  readonly record: IncidentRecord;
  readonly durations: Durations;
  readonly answers: Answers;
  readonly followUps: readonly FollowUp[];
}

/** The whole document in GitHub-flavored Markdown. All text from outside is escaped. */
export function markdownOf({ record, durations, answers, followUps }: Postmortem): string {
  const sections = [
    [`# Postmortem: ${plain(record.job)}`, '', summaryOf(record, durations), '', ...identity(record)],
    ['## How long it took', '', ...durationTable(durations)],
    ['## Timeline', '', 'All times are UTC.', '', ...timelineTable(record.timeline)],
    ['## Decisions', '', ...decisions(record.timeline)],
    ['## Evidence', '', ...record.findings.flatMap(evidence)],
    ['## What was changed', '', ...changesMade(record.changes)],
    ...answered(answers),
    ['## Follow-ups', '', ...(followUps.length === 0 ? ['None.'] : followUps.map(checkbox))],
  ];
  return `${sections.map((lines) => lines.join('\n').trimEnd()).join('\n\n')}\n`;
}

function summaryOf({ job, tier, kind, failedAt }: IncidentRecord, durations: Durations): string {
  return `${plain(job)} (${plain(tier)}) ${durations.subject.broke} at ${time(failedAt)} (${durations.subject.what ?? failureWords[kind]}); ${recoveryInWords(durations)}.`;
}

function identity({ incident, region, playbooks, recovered, closed }: IncidentRecord): readonly string[] {
  const rows = [
    ['Incident', plain(incident)],
    ['Region', plain(region)],
    ['Playbook', playbooks.map((title) => plain(title)).join(', then ') || 'none'],
    ['Recovered', recovered === undefined ? 'no' : `${time(recovered.at)}: ${plain(recovered.how)}`],
    ...(closed === undefined ? [] : [['Closed', closedInWords(closed)]]),
  ];
  return rows.map(([label, value]) => `- **${label}**: ${value}`);
}

function closedInWords({ at, why, by }: NonNullable<IncidentRecord['closed']>): string {
  return `${time(at)}: ${plain(why)}${by === undefined ? '' : ` (${plain(by)})`}`;
}

function durationTable(durations: Durations): readonly string[] {
  const rows = durationsInWords(durations).map(({ label, value, limit }) => [label, value, limit]);
  return table(['', 'Took', 'Limit'], rows);
}

function timelineTable(entries: readonly TimelineEntry[]): readonly string[] {
  const rows = entries.slice(0, maxRows).map((entry) => [clock(entry.at), who(entry), said(entry)]);
  const left = entries.length - rows.length;
  const more = left > 0 ? ['', `${left} more entries are in the journal.`] : [];
  return [...table(['When', 'Who', 'What'], rows), ...more];
}

function clock(at: number): string {
  return new Date(at).toISOString().slice(0, 19).replace('T', ' ');
}

function who({ who: person, kind }: TimelineEntry): string {
  return person === undefined ? (kind === 'alarm' ? 'AWS' : 'Relight') : plain(person);
}

function said({ what, detail }: TimelineEntry): string {
  return detail === undefined || detail === '' ? plain(what) : `${plain(what)} (${plain(detail)})`;
}

function decisions(entries: readonly TimelineEntry[]): readonly string[] {
  const taken = entries.filter(({ kind }) => kind === 'decision').slice(0, maxRows);
  if (taken.length === 0) return ['No decisions were needed.'];
  return taken.map((entry) => `- ${clock(entry.at)}, ${who(entry)}: ${said(entry)}`);
}

function evidence({ step, report }: Finding): readonly string[] {
  return [`### ${plain(step)}`, '', plain(report.headline), '', ...listOf(report), ''];
}

function listOf({ facts = [], lines = [], seenBefore }: Finding['report']): readonly string[] {
  const left = lines.length - maxLines;
  return [
    ...(seenBefore === undefined ? [] : [`- ${plain(seenInWords(seenBefore))}`]),
    ...facts.map(({ label, value }) => `- ${plain(label)}: ${plain(value)}`),
    ...lines.slice(0, maxLines).map((line) => `- ${plain(line)}`),
    ...(left > 0 ? [`- and ${left} more`] : []),
  ];
}

function changesMade(changes: readonly ChangeMade[]): readonly string[] {
  if (changes.length === 0) return ['Nothing was changed in AWS.'];
  return changes.flatMap(({ step, headline, approvals, begunAt, differences, outcome }) => [
    `### ${plain(step)}`,
    '',
    `${plain(headline)}. Started at ${clock(begunAt)}, approved by ${approvals.map(({ by }) => plain(by)).join(' and ')}.`,
    ...(outcome === undefined ? [] : ['', plain(outcome)]),
    '',
    ...table(
      ['Field', 'Before', 'After', 'Why'],
      differences
        .slice(0, maxRows)
        .map(({ field, before = '—', after = '—', why = '' }) =>
          [field, before, after, why].map((cell) => plain(cell)),
        ),
    ),
    '',
  ]);
}

/** The answers from the form, under their labels. The follow-ups have their own section. */
function answered(answers: Answers): readonly (readonly string[])[] {
  return postmortemForm.fields
    .filter(({ kind }) => kind === 'paragraph')
    .map(({ key, label }) => {
      const lines = paragraphs(answers[key] ?? '');
      return [
        `## ${label}`,
        '',
        ...(lines.length === 0 ? ['Not answered.'] : lines.flatMap((line) => [line, ''])),
      ];
    });
}

function checkbox({ what, owner, due }: FollowUp): string {
  return `- [ ] ${plain(what, 1_000)} (${plain(owner)}, by ${plain(due)})`;
}
