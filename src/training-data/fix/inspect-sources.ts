import { OpsError } from '../../errors.ts';
import { quote } from '../../in-words.ts';
import type { Datasets, StoredObject } from '../../ports/datasets.ts';
import { rules } from '../data-rules.ts';
import { type FoundObject, findObjects } from '../read/find-objects.ts';
import type { Format } from '../read/format.ts';
import { type InspectedObject, inspectObject } from '../read/inspect-object.ts';
import { type Head, maxHeads } from '../scan/plan-pieces.ts';
import type { Source } from './fix-job.ts';

/** One object of the data and how it is processed. */
export interface DataObject {
  readonly source: Source;
  readonly object: StoredObject;
  /** How the records to fix are read. Absent if the object is copied unchanged. */
  readonly format?: Format;
  /** Why it is copied unchanged. Absent if its records are fixed. */
  readonly copied?: Copied;
}

/**
 * `checked`: its records are validated, but cannot be rewritten. `unchecked`: its format is not read. `beside`: it has
 * no records.
 */
export type Copied = 'checked' | 'unchecked' | 'beside';

export interface InspectedSources {
  readonly objects: readonly DataObject[];
  /** Empty objects, which have nothing to copy. */
  readonly leftOut: readonly StoredObject[];
  /** The beginnings of the first objects, which show the schema. */
  readonly heads: readonly Head[];
}

export async function inspectSources(
  sources: readonly Source[],
  datasets: Datasets,
): Promise<InspectedSources> {
  const objects: DataObject[] = [];
  const leftOut: StoredObject[] = [];
  const heads: Head[] = [];
  for (const source of sources)
    for (const { object, beside } of await objectsOf(source, datasets)) {
      if (beside) {
        objects.push({ source, object, copied: 'beside' });
        continue;
      }
      const inspected = await inspectObject(object, datasets);
      const { format, problems, head } = inspected;
      if (problems[0]?.rule === 'empty-object') {
        leftOut.push(object);
        continue;
      }
      objects.push({ source, object, ...processingOf(object, inspected) });
      if (format !== undefined && heads.length < maxHeads) heads.push({ object, format, bytes: head });
    }
  return { objects, leftOut, heads };
}

/** If no fix applies to an object, the number of lost records is unknown, so it must not be left out silently. */
function processingOf(
  { key }: StoredObject,
  { format, problems }: InspectedObject,
): Pick<DataObject, 'format' | 'copied'> {
  // Nothing here writes parquet or zstd.
  if (format?.form === 'parquet' || format?.packing === 'zstd') return { copied: 'checked' };
  if (format !== undefined) return { format };
  const problem = problems.find(({ rule }) => rule !== 'unknown-format');
  if (problem === undefined) return { copied: 'unchecked' };
  const { rule, detail } = problem;
  throw new OpsError(
    'fix-refused',
    `${quote(key)} ${rules[rule].says}${detail === undefined ? '' : `: ${detail}`}`,
  );
}

type Stored = Pick<FoundObject, 'beside'> & Required<Pick<FoundObject, 'object'>>;

async function objectsOf({ uri }: Source, datasets: Datasets): Promise<readonly Stored[]> {
  const found = await findObjects([uri], datasets);
  // A manifest names objects elsewhere, which no copy below the target would replace.
  if (uri.endsWith('.manifest') && found.some(({ object }) => object?.uri !== uri))
    throw new OpsError(
      'fix-refused',
      `${quote(uri)} is a manifest: specify the prefix of its objects instead`,
    );
  const wrong = found.find(
    ({ problem }) => problem !== undefined && rules[problem.rule].severity === 'error',
  );
  if (wrong?.problem !== undefined)
    throw new OpsError('fix-refused', `${quote(wrong.key)}: ${rules[wrong.problem.rule].says}`);
  return found.flatMap(({ object, beside }) =>
    object === undefined ? [] : [{ object, ...(beside && { beside }) }],
  );
}
