import { append } from '../../ports/collections.ts';
import type { DataBytes } from '../../ports/datasets.ts';
import { detectSchema } from '../judge/detect-schema.ts';
import { oneChunk } from '../read/chunks.ts';
import type { RawLine } from '../read/lines.ts';
import { readLine } from '../read/read-line.ts';
import { recordLines } from '../read/record-lines.ts';
import { schemas } from '../record-forms.ts';
import { changed, type RecordSchema, type SchemaChanges, type SchemaName } from '../schemas.ts';
import type { Head } from './plan-pieces.ts';
import { firstRows } from './scan-parquet.ts';

/** How many records of each object are examined. */
const maxVoters = 100;

/** The schema for all records: the requested one, or the one that fits most of the first records. */
export async function chooseSchema(
  requested: SchemaName,
  changes: SchemaChanges,
  heads: readonly Head[],
  datasets: DataBytes,
): Promise<RecordSchema> {
  const name = requested === 'auto' ? detectSchema(await firstRecords(heads, datasets)) : requested;
  return changed(schemas[name], changes);
}

async function firstRecords(heads: readonly Head[], datasets: DataBytes): Promise<readonly unknown[]> {
  const records: unknown[] = [];
  for (const head of heads) {
    if (head.format.form === 'parquet') append(records, await firstRows(head.object, datasets, maxVoters));
    else
      for await (const line of firstLines(head)) {
        const { value } = readLine(line);
        if (value !== undefined) records.push(value);
      }
  }
  return records;
}

async function* firstLines(head: Head): AsyncGenerator<RawLine> {
  let seen = 0;
  const { form } = head.format;
  for await (const batch of recordLines({ form }, oneChunk(head.bytes), head.object, () => undefined))
    for (const line of batch) {
      seen += 1;
      // The end of the head usually cuts its last line.
      if (seen > maxVoters || !line.ended) return;
      yield line;
    }
}
