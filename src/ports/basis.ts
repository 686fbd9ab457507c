import { createHash } from 'node:crypto';
import { z } from 'zod';

/**
 * The state that a request relies on and that AWS does not freeze, as of when the request was built. People approve it
 * together with the request: the hash covers both. If any of it has changed when the change runs, nothing is sent.
 *
 * Objects are identified by size and ETag, which S3 changes with the content (and, under KMS, with every write):
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html. This also holds in versioned buckets, so no VersionId
 * is kept.
 */

const S3Uri = z.templateLiteral(['s3://', z.string()]);

const FrozenFile = z.object({ name: z.string(), size: z.number(), etag: z.string() });
/** One file of a checkpoint: path below the folder, size and ETag. */
export type FrozenFile = z.infer<typeof FrozenFile>;

const CheckpointBasis = z.object({
  kind: z.literal('checkpoint'),
  uri: S3Uri,
  /** Further folders of the same checkpoint. */
  also: z.array(S3Uri).optional(),
  /** Names are relative to the folder that all parts have in common. */
  files: z.array(FrozenFile),
});
/** A checkpoint to resume from: its folders and the version of every file in them. */
export type CheckpointBasis = z.infer<typeof CheckpointBasis>;

const ObjectsBasis = z.object({
  kind: z.literal('objects'),
  /** Name shown to people, e.g. `the fixed data of train`. */
  what: z.string(),
  uri: S3Uri,
  objects: z.number().int(),
  bytes: z.number(),
  /** SHA-256 over name, size and ETag of each object: a data set may have a million of them. */
  identity: z.string(),
});
/** All objects below an address, such as a fixed data set. `bytes` is their total size. */
export type ObjectsBasis = z.infer<typeof ObjectsBasis>;

const Container = z.object({
  image: z.string().optional(),
  /** `sha256:…`, resolved by SageMaker when the version was registered. */
  imageDigest: z.string().optional(),
  /** Address of its model, and a SHA-256 over name, size and ETag of the objects there; absent if there are none. */
  model: S3Uri.optional(),
  modelIdentity: z.string().optional(),
});

const PackageBasis = z.object({
  kind: z.literal('package'),
  arn: z.string(),
  /** ModelApprovalStatus. */
  approval: z.string(),
  /** ModelPackageStatus. */
  status: z.string(),
  containers: z.array(Container),
});
/** A model version: its states in the registry and what its containers run. */
export type PackageBasis = z.infer<typeof PackageBasis>;

const ImageBasis = z.object({
  kind: z.literal('image'),
  /** TrainingImage of the request. */
  image: z.string(),
  /** `sha256:…`; absent if the registry had no such image. */
  digest: z.string().optional(),
});
/** The training image that the tag in the request points to: SageMaker looks it up when the job starts. */
export type ImageBasis = z.infer<typeof ImageBasis>;

const LimitsBasis = z.object({
  kind: z.literal('limits'),
  instanceCount: z.number(),
  concurrentJobs: z.number().optional(),
  spendPerDayUsd: z.number().optional(),
  /** Absent if a price was unknown. */
  perHourUsd: z.number().optional(),
  worstCaseUsd: z.number().optional(),
});
/** The caps of relight.yaml that apply to a launch, and its price. */
export type LimitsBasis = z.infer<typeof LimitsBasis>;

/**
 * One thing that a request relies on; `reliesOn` of a proposal lists them.
 *
 * @example { kind: 'checkpoint', uri: 's3://bucket/checkpoint-1300/', files: [{ name: 'config.json', size: 712, etag }] }
 */
export const Basis = z.discriminatedUnion('kind', [
  CheckpointBasis,
  ObjectsBasis,
  PackageBasis,
  ImageBasis,
  LimitsBasis,
]);
export type Basis = z.infer<typeof Basis>;

/** SHA-256 over names, sizes and ETags, independent of the order in which they were listed. */
export function identityOf(files: Iterable<FrozenFile>): string {
  const hash = createHash('sha256');
  for (const { name, size, etag } of sorted(files)) hash.update(`${JSON.stringify([name, size, etag])}\n`);
  return hash.digest('hex');
}

/** The files in name order with the frozen fields only, so that equal sets are stored and hashed the same. */
export function sorted(files: Iterable<FrozenFile>): FrozenFile[] {
  return [...files]
    .map(({ name, size, etag }) => ({ name, size, etag }))
    .toSorted((one, other) => (one.name < other.name ? -1 : 1));
}
