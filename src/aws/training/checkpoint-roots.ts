import type { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { LRUCache } from 'lru-cache';
import type { Region } from '../../ports/region.ts';
import { inParallel } from '../in-parallel.ts';
import { findRaw } from './describe-job.ts';

/** The rate limit of Describe is shared with the whole account. */
const maxParallel = 4;
const maxKept = 5_000;

/** Where jobs write their checkpoints. ListTrainingJobs does not tell, and no call changes it. */
export function createCheckpointRoots(client: SageMakerClient): Region['checkpointRoots'] {
  const known = new LRUCache<string, { readonly uri: string | undefined }>({ max: maxKept });
  return async (jobs) => {
    const roots = await inParallel(maxParallel, jobs, async ({ name, createdAt }) => {
      const key = `${name} ${createdAt}`;
      const before = known.get(key);
      if (before !== undefined) return [name, before.uri] as const;
      const job = await findRaw(client, name);
      const uri = job?.CheckpointConfig?.S3Uri;
      if (job !== undefined) known.set(key, { uri });
      return [name, uri] as const;
    });
    return new Map(roots.flatMap(([name, uri]) => (uri === undefined ? [] : [[name, uri] as const])));
  };
}
