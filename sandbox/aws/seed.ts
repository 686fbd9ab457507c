import type { Bucket } from './bucket.ts';
import { fileAt, writeOrder } from './checkpoint.ts';
import { type Inner, mustSend, pathOf } from './inner.ts';
import type { SeedJob } from './seed-job.ts';

export const trainingBucket = 'srl-rlvr-training';

/** A record of step-by-step reasoning, made for the sandbox, that the jobs train on. */
const record = (id: number): string =>
  JSON.stringify({
    id: `item-${id}`,
    problem: `What is ${id} + ${id + 1}?`,
    steps: [`${id} + ${id + 1} = ${id + id + 1}`],
    ground_truth: String(id + id + 1),
  });

export async function createBuckets(inner: Inner): Promise<void> {
  for (const bucket of [trainingBucket, 'srl-rlvr-audit'])
    await mustSend(inner, { method: 'PUT', url: pathOf(`/${bucket}`) });
}

export async function seedObjects(bucket: Bucket, jobs: readonly SeedJob[]): Promise<void> {
  const data = Array.from({ length: 200 }, (_, id) => record(id)).join('\n');
  for (const tier of ['gold', 'silver', 'bronze']) {
    await bucket.put(`s3://${trainingBucket}/training-data/${tier}/train.jsonl`, `${data}\n`);
    await bucket.put(`s3://${trainingBucket}/training-data/${tier}/eval/test.jsonl`, `${record(9_001)}\n`);
  }
  for (const { name, checkpoints = [], backups = [] } of jobs) {
    await seedCheckpoints(bucket, `checkpoints/${name}/`, checkpoints);
    await seedCheckpoints(bucket, `checkpoints-backup/checkpoints/${name}/`, backups);
  }
}

async function seedCheckpoints(bucket: Bucket, folder: string, steps: readonly number[]): Promise<void> {
  for (const step of steps)
    for (const name of writeOrder)
      await bucket.put(
        `s3://${trainingBucket}/${folder}checkpoint-${step}/${name}`,
        await fileAt(name, step),
      );
}
