import type { WrittenObject } from '../../ports/datasets.ts';
import type { SchemaName } from '../schemas.ts';
import type { Counts } from './counts.ts';
import type { FixJob, Revalidated, Source, Uri } from './fix-job.ts';
import type { DataObject } from './inspect-sources.ts';

export interface FixedObject extends DataObject {
  /** Absent if no record of the object was kept. */
  readonly written?: WrittenObject & { readonly uri: Uri };
}

/** A channel and the address of its fixed copy. */
export interface Channel extends Source {
  readonly fixed: Uri;
}

interface ManifestContent {
  readonly job: FixJob;
  /** Who runs the fix: incident and step, or the command line. */
  readonly by: string;
  readonly schema: SchemaName;
  readonly channels: readonly Channel[];
  readonly objects: readonly FixedObject[];
  readonly counts: Counts;
  readonly quarantine: Uri | undefined;
  readonly revalidated: Revalidated;
}

/** Contains no time, so that a repeated run of the same attempt writes the same bytes. */
export function manifestOf({
  job,
  by,
  schema,
  channels,
  objects,
  counts,
  quarantine,
  revalidated,
}: ManifestContent): Buffer {
  const manifest = {
    format: 'relight-fixed-data',
    version: 1,
    createdBy: by,
    target: job.target,
    schema,
    approvedFixes: job.approved,
    dropLimit: job.dropLimit,
    channels,
    objects: objects.map(({ source, object, copied, written }) => ({
      channel: source.channel,
      source: { uri: object.uri, etag: object.etag, size: object.size },
      target: written ?? null,
      fixed: copied === undefined,
    })),
    counts,
    quarantine: quarantine ?? null,
    revalidated,
  };
  return Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`);
}
