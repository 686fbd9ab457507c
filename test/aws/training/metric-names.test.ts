import { afterEach, describe, expect, it } from 'vitest';
import { createTraining } from '../../../src/aws/training/training.ts';
import { describedJob } from '../a-described-job.ts';
import { silent } from '../a-region.ts';
import { type CannedAws, startCannedAws } from '../canned-aws.ts';

describe('metrics that a training script publishes', () => {
  let aws: CannedAws | undefined;

  afterEach(async () => aws?.close());

  it('are named in the metric definitions of the job', async () => {
    // SageMaker sends timestamps in seconds.
    const body = JSON.stringify(describedJob()).replaceAll(/"(\d{4}-\d\d-\d\dT[^"]+)"/g, (_, iso: string) =>
      String(Date.parse(iso) / 1_000),
    );
    aws = await startCannedAws(() => ({ body }));

    const job = await createTraining(aws.clients.sagemaker, silent).describe('srl-rlvr-gold-20251104');

    expect(job.metricNames).toEqual(['reward']);
  });
});
