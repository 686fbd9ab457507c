import { OpsError } from '../../errors.ts';
import { quote } from '../../in-words.ts';
import type { Datasets, StoredObject } from '../../ports/datasets.ts';
import { rules } from '../data-rules.ts';
import type { Problem } from '../judge/problem.ts';
import { findObjects } from '../read/find-objects.ts';
import { inspectObject } from '../read/inspect-object.ts';
import type { Form } from '../scan/piece.ts';
import { type Head, maxHeads } from '../scan/plan-pieces.ts';
import type { Source } from './fix-job.ts';

/** One object of the data and how it is processed. */
export interface DataObject {
  readonly source: Source;
  readonly object: StoredObject;
  /** `copied`: unchanged, because its records cannot be fixed one by one. */
  readonly form: Exclude<Form, 'parquet'> | 'copied';
  readonly parquet: boolean;
}

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
    for (const object of await objectsOf(source, datasets)) {
      const { form, problem, head } = await inspectObject(object, datasets);
      if (problem?.rule === 'empty-object') {
        leftOut.push(object);
        continue;
      }
      objects.push({ source, object, ...formOf(object, form, problem) });
      if (form !== undefined && heads.length < maxHeads) heads.push({ object, form, bytes: head });
    }
  return { objects, leftOut, heads };
}

/** If no fix applies to an object, the number of lost records is unknown, so it must not be left out silently. */
function formOf(
  { key }: StoredObject,
  form: Form | undefined,
  problem: Problem | undefined,
): Pick<DataObject, 'form' | 'parquet'> {
  if (form === 'parquet') return { form: 'copied', parquet: true };
  if (form !== undefined) return { form, parquet: false };
  if (problem !== undefined && problem.rule !== 'unknown-format')
    throw new OpsError('fix-refused', `${quote(key)} ${rules[problem.rule].says}`);
  return { form: 'copied', parquet: false };
}

async function objectsOf({ uri }: Source, datasets: Datasets): Promise<readonly StoredObject[]> {
  if (uri.endsWith('.manifest'))
    throw new OpsError(
      'fix-refused',
      `${quote(uri)} is a manifest: specify the prefix of its objects instead`,
    );
  const found = await findObjects([uri], datasets);
  const wrong = found.find(({ problem }) => problem !== undefined);
  if (wrong?.problem !== undefined)
    throw new OpsError('fix-refused', `${quote(wrong.key)}: ${rules[wrong.problem.rule].says}`);
  return found.flatMap(({ object }) => (object === undefined ? [] : [object]));
}
