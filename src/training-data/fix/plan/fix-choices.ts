import { quote } from '../../../in-words.ts';
import type { Field } from '../../../ports/form-fields.ts';
import { approvalFixes, type FixId } from '../fixes.ts';

/** The settings of a fix that people can change. */
export interface FixChoice {
  readonly approved: readonly FixId[];
  readonly dropLimit: number;
}

export function fixChoiceFields({ approved, dropLimit }: FixChoice): readonly Field[] {
  return [
    {
      key: 'fixes',
      label: 'Fixes that may change the meaning',
      kind: 'text',
      optional: true,
      initial: approved.join(', '),
      hint: `Any of ${approvalFixes.join(', ')}, separated by commas.`,
    },
    {
      key: 'limit',
      label: 'Records that may be lost, in percent',
      kind: 'text',
      initial: String(Math.round(dropLimit * 1000) / 10),
      hint: 'They go to the quarantine file.',
    },
  ];
}

/** Returns the choice with the answers applied, or the invalid field and the reason. */
export function readFixChoice(
  { dropLimit }: FixChoice,
  { fixes = '', limit }: { readonly fixes?: string; readonly limit?: string },
): FixChoice | { readonly field: string; readonly wrong: string } {
  const names = fixes.split(/[\s,]+/).filter(Boolean);
  const unknown = names.find((name) => !approvalFixes.some((id) => id === name));
  if (unknown !== undefined)
    return { field: 'fixes', wrong: `“${quote(unknown, 30)}” is none of ${approvalFixes.join(', ')}` };
  const percent = limit === undefined ? dropLimit * 100 : Number(limit.replace('%', '').trim() || Number.NaN);
  if (!(percent >= 0 && percent <= 100))
    return { field: 'limit', wrong: `“${quote(limit ?? '', 20)}” is not a number from 0 to 100` };
  return { approved: approvalFixes.filter((id) => names.includes(id)), dropLimit: percent / 100 };
}
