import type { Record } from './records.ts';

/** The number of written records that break each rule; both validators have these rules. */
export type Planted = { [rule: string]: number };

type Break = (record: Record, fields: BrokenFields) => readonly (string | Buffer)[];

/** The fields that the defects change. */
export interface BrokenFields {
  readonly text: string;
  /** A field that a validator must interpret, and an invalid value for it. */
  readonly value: readonly [field: string, wrong: unknown];
  readonly valueRule: string;
}

// biome-ignore format: one defect per line reads as a table
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

/** The lines of a record with the given defect; counts the defect in `planted`. */
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
