import { z } from 'zod';
import type { Datasets, StoredObject } from '../../ports/datasets.ts';
import type { Problem } from '../judge/problem.ts';
import { collect } from './chunks.ts';
import { parseJson } from './json-text.ts';

type S3Uri = StoredObject['uri'];

/** An object of the data set, or the problem that prevents finding it. `key` is what people read. */
export interface FoundObject {
  readonly key: string;
  readonly object?: StoredObject;
  readonly problem?: Problem;
}

/** Larger than any real manifest: https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_S3DataSource.html */
const maxManifestBytes = 16 * 1024 * 1024;

/** A common prefix, followed by names relative to it. */
const Manifest = z.tuple([z.object({ prefix: z.string().startsWith('s3://') })]).rest(z.string());

/** Files that accompany data sets and that trainers do not read as records. */
const alongside =
  /(?:^|\/)(?:[._][^/]*|[^/]*\.(?:md|manifest|lock|sha256|png|svg|py|ya?ml)|license[^/]*|readme[^/]*|dataset_infos?\.json|dataset_dict\.json|state\.json)$/i;

export async function findObjects(
  uris: readonly S3Uri[],
  datasets: Datasets,
): Promise<readonly FoundObject[]> {
  const found: FoundObject[] = [];
  const seen = new Set<string>();
  for (const uri of uris)
    for (const one of await findBelow(uri, datasets)) {
      // Two addresses may lead to one object, whose records count once.
      if (one.object !== undefined && seen.has(one.object.uri)) continue;
      if (one.object !== undefined) seen.add(one.object.uri);
      found.push(one);
    }
  return found;
}

async function findBelow(uri: S3Uri, datasets: Datasets): Promise<readonly FoundObject[]> {
  const objects = await datasets.objects(uri);
  const [only] = objects;
  if (only === undefined) return [{ key: uri, problem: { rule: 'no-objects' } }];
  if (only.uri !== uri) return objects.filter(({ key }) => !alongside.test(key)).map(asFound);
  return only.key.endsWith('.manifest') ? named(only, datasets) : [asFound(only)];
}

function asFound(object: StoredObject): FoundObject {
  return { key: object.key, object };
}

/** The objects named in a manifest, and a finding for each that does not exist. */
async function named(manifest: StoredObject, datasets: Datasets): Promise<readonly FoundObject[]> {
  const { key } = manifest;
  const parsed = Manifest.safeParse(await contentOf(manifest, datasets));
  if (!parsed.success) return [{ key, problem: { rule: 'manifest-invalid' } }];
  const [{ prefix }, ...names] = parsed.data;
  // The schema above ensures that it begins with s3://.
  const listed = await datasets.objects(prefix as S3Uri);
  const byUri = new Map(listed.map((object) => [object.uri as string, object]));
  return names.map((name) => {
    const object = byUri.get(`${prefix}${name}`);
    if (object !== undefined) return asFound(object);
    return { key, problem: { rule: 'manifest-missing', detail: `${prefix}${name}`.slice(0, 200) } };
  });
}

async function contentOf(manifest: StoredObject, datasets: Datasets): Promise<unknown> {
  if (manifest.size > maxManifestBytes) return undefined;
  return parseJson((await collect(datasets.open(manifest))).toString('utf8'));
}
