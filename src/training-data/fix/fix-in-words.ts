import { count, counted, quote } from '../../in-words.ts';
import type { Difference, Report } from '../../ports/step-output.ts';
import { type RuleId, ruleIds, rules } from '../data-rules.ts';
import { type Counts, percent } from './counts.ts';
import { defaultDropLimit, type FixJob, type FixResult } from './fix-job.ts';
import { approvalFixes, type FixId, fixes, fixIds } from './fixes.ts';
import type { Copied } from './inspect-sources.ts';
import type { FixPlan } from './plan/plan-fix.ts';
import { fixedUri } from './plan/target.ts';

export function headlineOf({ counts: { records, kept, quarantined } }: FixPlan): string {
  const lost = quarantined === 0 ? '' : `, ${count(quarantined)} quarantined`;
  return `Write a fixed copy of ${counted(records, 'record')}: ${count(kept)} kept${lost}`;
}

/** The new address of each channel, and how many lines each fix changes. */
export function differencesOf({ counts }: FixPlan, job: FixJob): Difference[] {
  const { sources, target } = job;
  return [
    ...choicesOf(job),
    ...sources.map((source) => ({
      field: `InputDataConfig.${source.channel}`,
      before: source.uri,
      after: fixedUri(source, target),
      why: 'a copy; the original is unchanged',
    })),
    { field: 'records', before: count(counts.records), after: count(counts.kept) },
    ...fixLines(counts).map(([id, times]) => ({ field: id, after: effectInWords(id, times) })),
  ];
}

/** `removes 3 records: repeated record dropped, the first one kept`. */
function effectInWords(id: FixId, times: number): string {
  const { effect, did } = fixes[id];
  const noun = effect === 'rewrites' ? 'file' : id === 'blank-line' ? 'line' : 'record';
  return `${effect} ${counted(times, noun)}: ${did}`;
}

/** What a person chose in the form beyond Relight's defaults. */
function choicesOf({ approved, dropLimit }: FixJob): Difference[] {
  return [
    ...(approved.length === 0
      ? []
      : [{ field: 'approvedFixes', after: approved.join(', '), by: 'person' as const }]),
    ...(dropLimit === defaultDropLimit
      ? []
      : [
          {
            field: 'dropLimit',
            before: percent(defaultDropLimit),
            after: percent(dropLimit),
            by: 'person' as const,
          },
        ]),
  ];
}

export function warningsOf({ counts, leftOut, objects }: FixPlan, { dropLimit }: FixJob): string[] {
  const { records, quarantined, reasons } = counts;
  const copied = (why: Copied): number => objects.filter((one) => one.copied === why).length;
  const [checked, unchecked, beside] = [copied('checked'), copied('unchecked'), copied('beside')];
  return [
    ...(fixLines(counts).length === 0 && quarantined === 0
      ? ['Relight has nothing to fix: the copy will be identical to the source.']
      : []),
    ...(quarantined === 0
      ? []
      : [
          `${counted(quarantined, 'record')} (${percent(quarantined / records)}, limit ${percent(dropLimit)}) cannot be fixed and ${quarantined === 1 ? 'goes' : 'go'} to the quarantine file.`,
        ]),
    ...ruleIds.flatMap((rule) => reasonInWords(rule, reasons[rule])),
    ...leftOutInWords(leftOut),
    ...(checked === 0
      ? []
      : [`Parquet and zstd are validated, not fixed: ${counted(checked, 'object')} copied as is.`]),
    ...(unchecked === 0 ? [] : [`${counted(unchecked, 'object')} in an unchecked format copied as is.`]),
    ...(beside === 0
      ? []
      : [`${counted(beside, 'object')} without records, such as pictures and descriptions, copied as is.`]),
  ];
}

/** Nobody reads further than this. */
const maxNamed = 5;

function leftOutInWords(leftOut: FixPlan['leftOut']): string[] {
  const named = leftOut.slice(0, maxNamed).map(({ key }) => `Left out because it has 0 bytes: ${quote(key)}`);
  const more = leftOut.length - named.length;
  return more === 0
    ? named
    : [...named, `Left out because they have 0 bytes: ${counted(more, 'other object')}`];
}

function reasonInWords(rule: RuleId, times = 0): string[] {
  if (times === 0) return [];
  const remedy = approvalFixes.some((id) => id === rule)
    ? ` The fix ${rule} may resolve it, if requested.`
    : '';
  return [`${count(times)} × ${rules[rule].says} (${rule}).${remedy}`];
}

function fixLines({ fixes: done }: Counts): (readonly [FixId, number])[] {
  return fixIds.flatMap((id) => (done[id] === undefined ? [] : [[id, done[id]] as const]));
}

export function resultInWords({ inputs, manifest, quarantine, counts, revalidated }: FixResult): Report {
  const { records, errors, warnings } = revalidated;
  return {
    headline: `${counted(records, 'record')} fixed and revalidated: ${counted(errors, 'error')}, ${counted(warnings, 'warning')}`,
    facts: [
      ...Object.entries(inputs).map(([channel, uri]) => ({ label: `Channel ${channel}`, value: uri })),
      { label: 'Manifest', value: manifest },
      ...(quarantine === undefined
        ? []
        : [{ label: 'Quarantine', value: `${counted(counts.quarantined, 'record')}: ${quarantine}` }]),
    ],
    lines: fixLines(counts).map(([id, times]) => `${count(times)} × ${fixes[id].did} (${id})`),
  };
}
