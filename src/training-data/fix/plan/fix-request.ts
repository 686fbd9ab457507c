import { z } from 'zod';
import { OpsError } from '../../../errors.ts';
import { counted } from '../../../in-words.ts';
import { S3Uri } from '../../../ports/basics.ts';
import type { AwsCall } from '../../../ports/calls.ts';
import type { JsonObject } from '../../../ports/ports.ts';
import { changesOf, TierData } from '../../tier-data.ts';
import type { FixJob } from '../fix-job.ts';
import { FixName } from '../fixes.ts';
import type { FixPlan, SourceFingerprint } from './plan-fix.ts';

const Source = z.object({
  channel: z.string(),
  uri: S3Uri,
  objects: z.number().int(),
  bytes: z.number(),
  etags: z.string(),
});

/** The request that people approve. The run uses only this: neither relight.yaml nor the data may change in between. */
const FixRequest = z.object({
  target: S3Uri,
  data: TierData,
  approvedFixes: z.array(FixName),
  dropLimit: z.number().min(0).max(1),
  sources: z.array(Source),
  /** Counts from the dry run. */
  records: z.number().int(),
  kept: z.number().int(),
});
type FixRequest = z.infer<typeof FixRequest>;

export function requestOf(job: FixJob, { fingerprints, schema, counts }: FixPlan): JsonObject {
  const { required, verifiers, tokenLimit, batch } = job.changes;
  return {
    target: job.target,
    data: {
      schema,
      ...(required && { required }),
      ...(verifiers && { verifiers }),
      ...(tokenLimit !== undefined && { token_limit: tokenLimit }),
      ...(batch !== undefined && { batch }),
    },
    approvedFixes: job.approved,
    dropLimit: job.dropLimit,
    sources: fingerprints.map((fingerprint) => ({ ...fingerprint })),
    records: counts.records,
    kept: counts.kept,
  };
}

export function readRequest(request: JsonObject): FixRequest {
  const parsed = FixRequest.safeParse(request);
  if (!parsed.success)
    throw new OpsError('approval-lapsed', 'the request is from another version of Relight');
  return parsed.data;
}

export function jobOf({ sources, data, approvedFixes, dropLimit, target }: FixRequest): FixJob {
  return {
    sources: sources.map(({ channel, uri }) => ({ channel, uri })),
    schema: data.schema,
    changes: changesOf(data),
    approved: approvedFixes,
    dropLimit,
    target,
  };
}

/** Throws `basis-changed` if the sources are not the ones that the dry run read. */
export function requireSameSources({ sources }: FixRequest, now: readonly SourceFingerprint[]): void {
  const changed = sources.find(({ etags }, index) => now[index]?.etags !== etags);
  if (changed !== undefined)
    throw new OpsError(
      'basis-changed',
      `the data of ${changed.channel} at ${changed.uri} changed after it was checked`,
    );
}

/**
 * The pattern of the writes. The exact objects are known only after the sources have been read completely, but all
 * of them are below the target and none ever replaces an existing object.
 */
export function writesOf(request: JsonObject): readonly AwsCall[] {
  const { target, sources } = readRequest(request);
  const [, bucket = '', prefix = ''] = /^s3:\/\/([^/]+)\/(.*)$/s.exec(target) ?? [];
  const channels = sources.map(({ channel }) => channel).join(', ');
  const copies = sources.reduce((sum, { objects }) => sum + objects, 0);
  return [
    {
      operation: 'PutObject',
      input: { Bucket: bucket, Key: `${prefix}…`, IfNoneMatch: '*' },
      repeats: `at most ${copies + 2} times: for up to ${counted(copies, 'object')} below ${channels}, the quarantine file if records are dropped, and the manifest; a multipart object uses CreateMultipartUpload, UploadPart and CompleteMultipartUpload`,
    },
  ];
}
