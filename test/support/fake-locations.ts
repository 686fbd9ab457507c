import type { S3Uri, Training } from '../../src/ports/ports.ts';
import { createLocations, type LocationRules, type Locations } from '../../src/ports/s3/locations.ts';

const recoveryPrefix: S3Uri = 's3://srl-rlvr-training/checkpoints-recovery/';

/** The S3 rules of the fake ports: no prefixes for the tier, so the buckets of the jobs. */
export function fakeLocations(
  training: Pick<Training, 'find' | 'draftClone'>,
  names: () => readonly string[],
  rules: Partial<LocationRules> = {},
): Locations {
  return createLocations(
    async () => ({
      tier: 'gold',
      prefixes: {},
      written: [recoveryPrefix, 's3://srl-rlvr-training/fixed-data/'],
      backup: 's3://srl-rlvr-backup/nightly/',
      checkpoints: [],
      records: 'srl-rlvr-audit',
      ...rules,
    }),
    async () => ({
      names: names(),
      find: async (job) => training.find(job),
      fieldsOf: async (job) => (await training.draftClone(job, { name: job, tags: {} })).source,
    }),
  );
}
