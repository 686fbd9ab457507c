import type { RecordSchema } from '../schemas.ts';
import { variantOf } from './judge-fields.ts';
import { isRecord } from './messages.ts';
import { at, dotted } from './record-path.ts';

/** The first text of the schema's fields that begins or ends with a blank; undefined when there is none. */
export function untrimmedField(record: unknown, schema: RecordSchema): string | undefined {
  for (const { path } of schema.fields) {
    const name = untrimmed(at(record, path), dotted(path));
    if (name !== undefined) return name;
  }
  for (const { path } of variantOf(record, schema) ?? []) {
    const name = untrimmed(at(record, path), dotted(path));
    if (name !== undefined) return name;
  }
  return undefined;
}

function untrimmed(value: unknown, name: string): string | undefined {
  if (typeof value === 'string') return hasBlankEnds(value) ? name : undefined;
  if (!Array.isArray(value)) return undefined;
  for (let index = 0; index < value.length; index += 1) {
    const item: unknown = value[index];
    const text = isRecord(item) ? item['content'] : item;
    if (typeof text === 'string' && hasBlankEnds(text)) return `${name}[${index}]`;
  }
  return undefined;
}

/** Blank texts are a finding of their own. */
function hasBlankEnds(text: string): boolean {
  const last = text.length - 1;
  if (last < 0) return false;
  return (isBlank(text.charCodeAt(0)) || isBlank(text.charCodeAt(last))) && text.trim() !== '';
}

function isBlank(code: number): boolean {
  return code <= 32 || code === 0xa0;
}
