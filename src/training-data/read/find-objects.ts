import { z } from 'zod';
import { counted, quote } from '../../in-words.ts';
import type { Datasets, StoredObject } from '../../ports/datasets.ts';
import type { Problem } from '../judge/problem.ts';
import { isBeside, isMedia } from './beside.ts';
import { collect, firstBytes } from './chunks.ts';
import { parseJson } from './json-text.ts';

type S3Uri = StoredObject['uri'];

/** An object of the data set, or the problem that prevents finding it. `key` is what people read. */
export interface FoundObject {
  readonly key: string;
  readonly object?: StoredObject;
  readonly problem?: Problem;
  /** The object has no records: a picture, a description, or an empty marker. */
  readonly beside?: true;
}

/** Larger than any real manifest: https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_S3DataSource.html */
const maxManifestBytes = 16 * 1024 * 1024;

/** A common prefix, followed by names relative to it. */
const Manifest = z.tuple([z.object({ prefix: z.string().startsWith('s3://') })]).rest(z.string());

/** All objects at these addresses, also those beside the records. */
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
  if (only.uri === uri) return isManifest(only) ? named(only, datasets) : [asFound(only)];
  const folder = uri.slice(0, uri.lastIndexOf('/') + 1);
  const found: FoundObject[] = [];
  for (const object of objects)
    if (isManifest(object) && (await isAugmented(object, datasets))) found.push(augmented(object));
    else if (isBeside(object, object.uri.slice(folder.length)))
      found.push({ ...asFound(object), beside: true });
    else found.push(asFound(object));
  return found.every(({ beside }) => beside) ? [...found, ...onlyMedia(uri, objects)] : found;
}

function asFound(object: StoredObject): FoundObject {
  return { key: object.key, object };
}

/** A folder may be a data set of pictures alone. */
function onlyMedia(uri: S3Uri, objects: readonly StoredObject[]): readonly FoundObject[] {
  const media = objects.filter(isMedia).length;
  const detail = `${counted(media, 'media file')} and no records beside them`;
  return media === 0 ? [] : [{ key: quote(uri), problem: { rule: 'unknown-format', detail } }];
}

function isManifest({ key }: StoredObject): boolean {
  return key.endsWith('.manifest');
}

function augmented(object: StoredObject): FoundObject {
  return { ...asFound(object), problem: { rule: 'augmented-manifest' } };
}

/** JSON lines that name objects: https://docs.aws.amazon.com/sagemaker/latest/dg/augmented-manifest.html */
async function isAugmented(manifest: StoredObject, datasets: Datasets): Promise<boolean> {
  const start = await firstBytes(datasets.open(manifest, { start: 0, length: 64 }), 64);
  return /^\ufeff?\s*\{\s*"/.test(start.toString('utf8'));
}

/** The objects named in a manifest, and a finding for each that does not exist. */
async function named(manifest: StoredObject, datasets: Datasets): Promise<readonly FoundObject[]> {
  if (await isAugmented(manifest, datasets)) return [augmented(manifest)];
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
