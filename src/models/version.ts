import { z } from 'zod';
import { S3Uri } from '../ports/basics.ts';
import type { ModelVersion } from '../ports/models.ts';

/** A model version as it is passed between steps. */
export const Version = z.object({
  arn: z.string(),
  group: z.string(),
  version: z.number().int(),
  approval: z.string(),
  status: z.string(),
  createdAt: z.number(),
  evaluation: z.record(z.string(), z.number()),
  job: z.string().optional(),
  artefact: S3Uri.optional(),
  artefactExists: z.boolean(),
});
export type Version = z.infer<typeof Version>;

export function asVersion({ evaluation, ...version }: ModelVersion): Version {
  return { ...version, evaluation: { ...evaluation } };
}

/** `srl-rlvr-gold v3`. */
export function versionName({ group, version }: Pick<Version, 'group' | 'version'>): string {
  return `${group} v${version}`;
}

/** The group and version at the end of a model package's ARN: `…:model-package/<group>/<version>`. */
export function versionIn(arn: string): { readonly group: string; readonly version: number } | undefined {
  const [, group, version] = /:model-package\/([^/\n]+)\/(\d+)$/.exec(arn) ?? [];
  return group === undefined ? undefined : { group, version: Number(version) };
}
