import { type Bucket, foldersOf, type Stored, sparse } from './bucket.ts';
import { sparseCheckpoint } from './sparse-checkpoint.ts';

const gigabyte = 1e9;

/** Three checkpoints of a large model. */
export function largeCheckpoints(gigabytes: number): Bucket {
  const files = sparseCheckpoint({
    step: 1_300,
    // The Trainer writes shards of at most 5 GB.
    shards: Math.max(4, Math.round((gigabytes * 0.857) / 4)),
    weightBytes: gigabytes * 0.857 * gigabyte,
    optimizerBytes: gigabytes * 0.143 * gigabyte,
  });
  return foldersOf(['checkpoint-1300/', 'checkpoint-1250/', 'checkpoint-1200/'], files);
}

/** Many checkpoints with many objects each, like a long run that stores rollouts next to its weights. */
export function manyCheckpoints(folders: number, objects: number): Bucket {
  const files = new Map<string, Stored>(
    sparseCheckpoint({ step: folders, shards: 4, weightBytes: gigabyte, optimizerBytes: gigabyte / 5 }),
  );
  for (let number = 0; files.size < objects; number += 1)
    files.set(`rollouts/${String(number).padStart(6, '0')}.jsonl`, sparse(100_000, Buffer.from('{')));
  const names = Array.from({ length: folders }, (_, n) => `checkpoint-${n + 1}/`);
  return foldersOf(names, files);
}
