import { quote } from '../../../in-words.ts';
import type { Field } from '../../../ports/form-fields.ts';
import { askedFor, type FixId } from '../fixes.ts';

/** The part of a fix that people may choose otherwise than Relight proposes. */
export interface Choice {
  readonly approved: readonly FixId[];
  readonly dropLimit: number;
}

export function choiceFields({ approved, dropLimit }: Choice): readonly Field[] {
  return [
    {
      key: 'fixes',
      label: 'Fixes that may change the meaning',
      kind: 'text',
      optional: true,
      initial: approved.join(', '),
      hint: `Any of ${askedFor.join(', ')}; commas between them.`,
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

/** The choice with the answers taken up, or the field that cannot be so, and why. */
export function chosen(
  { dropLimit }: Choice,
  { fixes = '', limit }: { readonly fixes?: string; readonly limit?: string },
): Choice | { readonly field: string; readonly wrong: string } {
  const names = fixes.split(/[\s,]+/).filter(Boolean);
  const unknown = names.find((name) => !askedFor.some((id) => id === name));
  if (unknown !== undefined)
    return { field: 'fixes', wrong: `“${quote(unknown, 30)}” is none of ${askedFor.join(', ')}` };
  const percent = limit === undefined ? dropLimit * 100 : Number(limit.replace('%', '').trim() || Number.NaN);
  if (!(percent >= 0 && percent <= 100))
    return { field: 'limit', wrong: `“${quote(limit ?? '', 20)}” is not a number from 0 to 100` };
  return { approved: askedFor.filter((id) => names.includes(id)), dropLimit: percent / 100 };
}
