import { createHash } from 'node:crypto';
import { OpsError } from '../../../errors.ts';
import { quote } from '../../../in-words.ts';
import type { Datasets, StoredObject } from '../../../ports/datasets.ts';
import { chooseSchema } from '../../scan/choose-schema.ts';
import type { RecordSchema } from '../../schemas.ts';
import { validateData } from '../../validate-data.ts';
import { Counting, type Counts, requireWithinLimit } from '../counts.ts';
import type { FixJob, Source } from '../fix-job.ts';
import { fixesWith } from '../fixes.ts';
import { type DataObject, type InspectedSources, inspectSources } from '../inspect-sources.ts';
import type { FixOptions } from '../rewrite/fix-line.ts';
import { FixPass } from '../rewrite/fix-pass.ts';
import { requireApart } from './target.ts';

export interface FixPlan {
  readonly counts: Counts;
  readonly schema: RecordSchema['name'];
  /** The objects to write, in data order. */
  readonly objects: readonly DataObject[];
  readonly leftOut: readonly StoredObject[];
  /** A fingerprint of the objects and versions of each source. */
  readonly fingerprints: readonly SourceFingerprint[];
}

export interface SourceFingerprint extends Source {
  readonly objects: number;
  readonly bytes: number;
  /** SHA-256 over one `key etag` line per object, in key order. */
  readonly etags: string;
}

/** The common starting point of the dry run and the run. */
export interface PreparedFix extends InspectedSources {
  readonly options: FixOptions;
}

export async function prepareFix(job: FixJob, datasets: Datasets): Promise<PreparedFix> {
  requireApart(job.sources, job.target);
  const inspected = await inspectSources(job.sources, datasets);
  const schema = await chooseSchema(job.schema, job.changes, inspected.heads, datasets);
  return { ...inspected, options: { schema, fixes: fixesWith(job.approved) } };
}

/** Dry run: writes nothing. Throws `fix-refused` if nothing can be fixed, `fix-loses-too-much` above the drop limit. */
export async function planFix(job: FixJob, datasets: Datasets): Promise<FixPlan> {
  const prepared = await prepareFix(job, datasets);
  const { objects, leftOut, options } = prepared;
  await requireGoodCopies(objects, job, options, datasets);
  const pass = await FixPass.prepare(objects, datasets, options);
  const counting = new Counting();
  for (const one of objects) {
    if (one.format !== undefined) counting.addObject(one.format);
    for await (const batch of pass.results(one)) for (const { fixed } of batch) counting.add(fixed);
  }
  const counts = counting.total();
  requireWithinLimit(counts, job.dropLimit);
  if (counts.kept === 0 && !objects.some(({ copied }) => copied === 'checked' || copied === 'unchecked'))
    throw new OpsError('fix-refused', 'no record would be left');
  return {
    counts,
    schema: options.schema.name,
    objects,
    leftOut,
    fingerprints: fingerprintsOf(job.sources, prepared),
  };
}

/** Parquet and zstd are validated, not fixed: if they have errors, the copy would be invalid. */
async function requireGoodCopies(
  objects: readonly DataObject[],
  { changes }: FixJob,
  { schema }: FixOptions,
  datasets: Datasets,
): Promise<void> {
  for (const { object, copied } of objects) {
    if (copied !== 'checked') continue;
    const report = await validateData({ uris: [object.uri], schema: schema.name, changes }, datasets);
    const [sample] = report.samples;
    if (report.errors > 0)
      throw new OpsError(
        'fix-refused',
        `parquet and zstd are validated, not fixed: ${quote(object.key)} has ${report.errors} errors, such as ${sample?.rule ?? ''} in row ${sample?.line ?? 0}`,
      );
  }
}

export function fingerprintsOf(
  sources: readonly Source[],
  { objects, leftOut }: Pick<InspectedSources, 'objects' | 'leftOut'>,
): readonly SourceFingerprint[] {
  const stored = [...objects.map(({ object }) => object), ...leftOut];
  return sources.map((source) => {
    const own = stored.filter(({ uri }) => uri.startsWith(source.uri)).toSorted(byKey);
    const hash = createHash('sha256');
    for (const { key, etag } of own) hash.update(`${key} ${etag}\n`);
    return {
      channel: source.channel,
      uri: source.uri,
      objects: own.length,
      bytes: own.reduce((sum, { size }) => sum + size, 0),
      etags: hash.digest('hex'),
    };
  });
}

function byKey(one: StoredObject, other: StoredObject): number {
  return one.key < other.key ? -1 : 1;
}
