import { type FixId, fixesWith } from '../../../src/training-data/fix/fixes.ts';
import { type FixedLine, fixLine } from '../../../src/training-data/fix/rewrite/fix-line.ts';
import { schemas } from '../../../src/training-data/record-forms.ts';
import type { SchemaName } from '../../../src/training-data/schemas.ts';

export interface Given {
  readonly schema?: SchemaName;
  readonly approved?: readonly FixId[];
  readonly ended?: boolean;
}

/** The result for one line. */
export function fix(
  text: string | Uint8Array,
  { schema = 'verl', approved = [], ended = true }: Given = {},
): FixedLine {
  const line = { line: 7, offset: 900, bytes: Buffer.from(text), ended };
  return fixLine(line, { schema: schemas[schema], fixes: fixesWith(approved) });
}

export function textOf(fixed: FixedLine): string {
  if (!('kept' in fixed)) throw new Error(JSON.stringify(fixed));
  return Buffer.from(fixed.kept).toString('utf8');
}
