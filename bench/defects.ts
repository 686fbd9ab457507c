import type { Record } from './records.ts';

/** Rules that both validators know; each is broken in this many records of what is written. */
export type Planted = { [rule: string]: number };

type Break = (record: Record, fields: BrokenFields) => readonly (string | Buffer)[];

/** Which fields of a form the defects befall. */
export interface BrokenFields {
  readonly text: string;
  /** One whose value a validator must understand, and a value that it cannot. */
  readonly value: readonly [field: string, wrong: unknown];
  readonly valueRule: string;
}

// biome-ignore format: a defect to a line, so that it reads as the table it is
const breaks: readonly (readonly [rule: string | undefined, damage: Break])[] = [
  ['not-json', (record) => [JSON.stringify(record).slice(0, -20)]],
  ['not-utf8', (record) => [Buffer.from(JSON.stringify(record).replace('made', 'm\u00e9de'), 'latin1')]],
  ['duplicate-key', (record, { text }) => [JSON.stringify(record).replace('{', `{${JSON.stringify(text)}:"first",`)]],
  ['field-missing', (record, { text }) => [JSON.stringify({ ...record, [text]: undefined })]],
  ['field-null', (record, { text }) => [JSON.stringify({ ...record, [text]: null })]],
  ['field-empty', (record, { text }) => [JSON.stringify({ ...record, [text]: '  ' })]],
  ['field-type', (record, { text }) => [JSON.stringify({ ...record, [text]: 42 })]],
  [undefined, (record, { value: [field, wrong] }) => [JSON.stringify({ ...record, [field]: wrong })]],
  ['duplicate', (record) => [JSON.stringify(record), JSON.stringify(record)]],
];

/** The lines of a record with the defect of this number; what was planted is counted. */
export function damaged(
  record: Record,
  number: number,
  fields: BrokenFields,
  planted: Planted,
): readonly (string | Buffer)[] {
  const [named, damage] = breaks[number % breaks.length] ?? [];
  const rule = named ?? fields.valueRule;
  planted[rule] = (planted[rule] ?? 0) + 1;
  return damage?.(record, fields) ?? [];
}
