import { count, counted, quote, sizeInWords } from '../in-words.ts';
import type { Report } from '../ports/step-output.ts';
import type { DataFinding, DataReport } from './data-report.ts';
import { type RuleId, ruleIds, rules } from './data-rules.ts';

/** More rules than this are rarely broken at once, and nobody reads further. */
const maxRules = 20;

export function reportInWords(report: DataReport): Report {
  const { records, bytes, objects, errors, warnings, schema } = report;
  return {
    headline: headlineOf(report),
    facts: [
      {
        label: 'Read',
        value: `${counted(records, 'record')}, ${sizeInWords(bytes)} in ${counted(objects, 'object')}`,
      },
      { label: 'Schema', value: schema },
      { label: 'Found', value: `${counted(errors, 'error')}, ${counted(warnings, 'warning')}` },
    ],
    lines: [...linesOf(report), ...comparedInWords(report)],
  };
}

/** `14 of 7,473 records are broken: 9 × not-json, …`; counts errors if no record is at fault. */
function headlineOf(report: DataReport): string {
  const { broken, records, errors, warnings, byRule } = report;
  const found = brokenRules(report).filter((rule) => rules[rule].severity === 'error');
  if (found.length === 0)
    return warnings === 0
      ? `All ${counted(records, 'record')} are valid`
      : `All ${counted(records, 'record')} can be used for training, with ${counted(warnings, 'warning')}`;
  const named = found.slice(0, 3).map((rule) => `${count(byRule[rule] ?? 0)} × ${rule}`);
  const more = found.length > 3 ? ` and ${counted(found.length - 3, 'more rule')}` : '';
  const what = `${named.join(', ')}${more}`;
  if (broken === 0) return `The data has ${counted(errors, 'error')}: ${what}`;
  return `${count(broken)} of ${counted(records, 'record')} ${broken === 1 ? 'is' : 'are'} broken: ${what}`;
}

/** Errors first, then by frequency. */
function brokenRules({ byRule }: DataReport): readonly RuleId[] {
  const rank = (rule: RuleId): number => (rules[rule].severity === 'error' ? 0 : 1);
  return ruleIds
    .filter((rule) => byRule[rule] !== undefined)
    .toSorted((one, other) => rank(one) - rank(other) || (byRule[other] ?? 0) - (byRule[one] ?? 0));
}

function linesOf(report: DataReport): string[] {
  const broken = brokenRules(report);
  const lines = broken
    .slice(0, maxRules)
    .flatMap((rule) => [
      `${rules[rule].severity === 'error' ? 'Error' : 'Warning'} ${rule}, ${count(report.byRule[rule] ?? 0)} ×: ${rules[rule].says}`,
      ...report.samples
        .filter((sample) => sample.rule === rule)
        .map((sample) => `  ${sampleInWords(sample)}`),
    ]);
  const more = broken.length - maxRules;
  return more > 0 ? [...lines, `and ${counted(more, 'more rule')}`] : lines;
}

/** `train.jsonl line 52 (byte 29,111): …`. Keys and details are untrusted text, so they are cut to one short line. */
function sampleInWords({
  object,
  line,
  offset,
  detail,
}: Omit<DataFinding, 'detail'> & { detail?: string | undefined }): string {
  const name = quote(object.slice(object.lastIndexOf('/') + 1) || object, 80);
  const location = line === 0 ? name : `${name} line ${count(line)} (byte ${count(offset)})`;
  return detail === undefined ? location : `${location}: ${quote(detail, 120)}`;
}

function comparedInWords({ comparedOneIn: one }: DataReport): string[] {
  return one === 1
    ? []
    : [
        `Duplicates, leaks and steps were checked in one of every ${count(one)} records; the counts cover only those.`,
      ];
}
