import { expect, it } from 'vitest';
import { diagnoseJob } from '../../../src/diagnosis/diagnose-job.ts';
import { createIncidentStore } from '../../../src/incidents/journal/store.ts';
import { composed, traceback } from '../../diagnosis/failure-reason.ts';
import { anOpening } from '../../support/a-journal.ts';
import { aJob } from '../../support/fake-ports.ts';
import { chain } from '../../support/proofs.ts';
import { startRedis } from '../../support/redis.ts';

it('the index of fingerprints and the journal contain no secret of the message that was diagnosed', async () => {
  const secret = `hf_${'Ab3'.repeat(11)}q`;
  const error = `RuntimeError: the hub refuses token=${secret}`;
  const job = aJob({ status: 'Failed', secondaryStatus: 'Failed', failureReason: composed(error) });
  const result = diagnoseJob(job, {
    logs: traceback([['/opt/ml/code/train.py', 'main']], error).split('\n'),
  });
  const redis = await startRedis();
  const store = createIncidentStore(redis.client, chain, { now: () => 1 });

  await store.open([
    anOpening(),
    { type: 'playbook-started', playbook: 'spot-interruption', steps: ['diagnosis'] },
    { type: 'step-done', step: 'diagnosis', attempt: 1, result },
  ]);
  const alike = await store.alike(result.fingerprint ?? '');
  const keys = await redis.client.keys('*');
  const journal = JSON.stringify(await store.journal(anOpening().incident));
  await redis.close();

  expect(alike).toEqual([anOpening().incident]);
  expect(journal).toContain(result.fingerprint);
  expect(`${keys.join(' ')} ${journal}`).not.toContain(secret.slice(4));
});
