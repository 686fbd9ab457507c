import type { Redis } from 'ioredis';
import { S3Uri } from '../ports/basics.ts';
import type { CheckpointFolders } from '../ports/ports.ts';
import { key } from './keys.ts';

/** Longer than any recovery takes, and short enough that a later failure of the job is looked at anew. */
const keptSeconds = 7 * 24 * 60 * 60;

/** The folders that people named for jobs whose checkpoints Relight did not find. */
export function createCheckpointFolders(
  redis: Redis,
): CheckpointFolders & { readonly name: (job: string, folder: S3Uri) => Promise<void> } {
  const keyOf = (job: string): string => key('checkpoint-folder', job);
  return {
    of: async (job) => S3Uri.safeParse(await redis.get(keyOf(job))).data,
    name: async (job, folder) => void (await redis.set(keyOf(job), folder, 'EX', keptSeconds)),
  };
}
