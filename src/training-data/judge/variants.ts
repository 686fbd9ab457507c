import type { Field, RecordSchema } from '../schemas.ts';
import { dialectOf } from './dialects.ts';
import { at } from './record-path.ts';

/** The alternative set of fields that a record uses: the one of which it has most, and preferably all. */
export function variantOf(record: unknown, { oneOf }: RecordSchema): readonly Field[] | undefined {
  let best = oneOf?.[0];
  let most = 0;
  for (const fields of oneOf ?? []) {
    const score = fields.reduce((sum, field) => sum + presence(record, field), 0) * 2;
    const complete = score === fields.length * 2 ? 1 : 0;
    if (score + complete > most) [best, most] = [fields, score + complete];
  }
  return best;
}

function presence(record: unknown, { path }: Field): number {
  const value = at(record, path);
  return value === undefined || value === null ? 0 : 1;
}

/**
 * `prompt as text`, `prompt as list`: trainers batch records of one form. Undefined if the schema has only one. A
 * conversation is also told apart by the names of its roles, and a record by whether it has the ground truth.
 */
export function variantName(record: unknown, schema: RecordSchema): string | undefined {
  const chosen = variantOf(record, schema);
  const open = chosen ?? schema.fields.filter(({ type }) => type === 'prompt');
  const optional = schema.fields.filter(({ type, required }) => type === 'truth' && !required);
  const spoken = schema.fields.filter(({ type }) => type === 'messages' && schema.name === 'sharegpt');
  if (open.length + spoken.length === 0) return undefined;
  return [
    ...open.map(({ path }) => `${path.join('.')} as ${kindOf(at(record, path))}`),
    ...optional.map(
      (field) => `${presence(record, field) === 0 ? 'without' : 'with'} ${field.path.join('.')}`,
    ),
    ...spoken.map(({ path }) => `${path.join('.')} with ${speakersOf(at(record, path))}`),
  ].join(', ');
}

function speakersOf(messages: unknown): string {
  const dialect = Array.isArray(messages) ? dialectOf(messages) : undefined;
  return [...(dialect?.roles ?? [])]
    .flatMap(([name, role]) => (role === 'user' || role === 'assistant' ? [String(name)] : []))
    .join(' and ');
}

export type Kind = 'text' | 'number' | 'boolean' | 'list' | 'object' | 'null';

export function kindOf(value: unknown): Kind {
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) return 'list';
  if (typeof value === 'string') return 'text';
  if (typeof value === 'boolean') return 'boolean';
  return typeof value === 'object' ? 'object' : 'number';
}
