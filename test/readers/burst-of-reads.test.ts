import { PutObjectCommand } from '@aws-sdk/client-s3';
import { expect, it } from 'vitest';
import { createReaders } from '../../src/readers/readers.ts';
import { startRegionUnderTest } from '../aws/a-region.ts';
import { builtModule } from '../support/build.ts';
import { runningReaders } from '../support/reader-usage.ts';
import { gsm8kRows, jsonl } from '../training-data/a-data-set.ts';

const Bucket = 'srl-rlvr-training';
const module = builtModule('readers/reader-process.js');

it('a burst of short reads starts one reader process after another, and those that have started do the rest', async () => {
  const region = await startRegionUnderTest();
  const readers = createReaders({ max: 8, pathStyle: true, module });
  const Body = jsonl(gsm8kRows(3));
  await region.clients.s3.send(new PutObjectCommand({ Bucket, Key: 'burst/train/a.jsonl', Body }));

  const burst = Array.from({ length: 8 }, async () =>
    readers.run('plan-scan', {
      question: { uris: [`s3://${Bucket}/burst/train/`], schema: 'gsm8k', changes: {} },
    }),
  );
  const startedAtOnce = runningReaders().length;
  const plans = await Promise.all(burst);

  expect(plans.map(({ plan }) => plan.pieces.length)).toEqual(Array(8).fill(1));
  expect(startedAtOnce).toBe(1);
  expect(runningReaders().length).toBeLessThan(5);
  readers.close();
  await region.close();
});
