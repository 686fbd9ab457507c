import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCheckpoints } from '../../src/aws/s3/checkpoints.ts';
import { createTraining } from '../../src/aws/training/training.ts';
import { restartFromScratch } from '../../src/playbooks/actions/restart-from-scratch.ts';
import { definePlaybook, type Playbook } from '../../src/playbooks/define.ts';
import type { JsonObject } from '../../src/ports/ports.ts';
import { type RegionUnderTest, silent, startRegionUnderTest } from '../aws/a-region.ts';
import { type SteppedIncident, stepThrough } from '../support/a-step-run.ts';
import { fakeLocations } from '../support/fake-locations.ts';
import { fakePorts } from '../support/fake-ports.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';
import { postJson } from '../support/world.ts';

const job = 'srl-rlvr-gold-20251104';

/** A playbook with one change, which sends the approved request after `tamper` has altered it. */
function launching(tamper: (request: JsonObject) => JsonObject): Playbook {
  const action: typeof restartFromScratch = {
    ...restartFromScratch,
    run: (proposal, ...rest) =>
      restartFromScratch.run({ ...proposal, request: tamper(proposal.request) }, ...rest),
  };
  return definePlaybook({
    title: 'Restart',
    summary: 'For tests: launches.',
    handles: ['internal'],
    steps: (first) => first.action('restarted', action, () => ({ job, why: 'a test', rpoMinutes: 30 })),
    recovered: ({ restarted }) => restarted && `${restarted.job} was launched`,
  });
}

describe('a launch by the worker with the real AWS SDK', () => {
  let redis: TestRedis;
  let region: RegionUnderTest;

  beforeAll(async () => {
    redis = await startRedis();
    region = await startRegionUnderTest();
    await postJson(`${region.region.url}/_sandbox/fail`, { job, kind: 'internal' });
  });
  afterAll(async () => {
    await region.close();
    await redis.close();
  });

  async function runApproved(playbook: Playbook): Promise<SteppedIncident> {
    const { sagemaker, s3 } = region.clients;
    const training = createTraining(sagemaker, silent);
    const ports = {
      ...fakePorts(),
      training,
      locations: fakeLocations(training, () => [job]),
      checkpoints: createCheckpoints(s3, silent),
      caps: {
        instanceTypes: ['ml.p4d.24xlarge', 'ml.g5.2xlarge', 'ml.g5.12xlarge'],
        instanceCount: 4,
        volumeGb: 1_000,
      },
    };
    const stepped = await stepThrough(redis, playbook, { portsFor: () => ports });
    await stepped.runDue();
    const state = await restarted(stepped);
    const hash = state?.status === 'proposed' ? state.hash : JSON.stringify(state);
    const by = { user: 'U0LEAD', via: 'button' } as const;
    await stepped.events({ type: 'step-approved', step: 'restarted', attempt: 1, hash, by });
    await stepped.runDue();
    return stepped;
  }

  const restarted = async ({ store, id }: SteppedIncident) => (await store.load(id)).states['restarted'];

  it('sends nothing if an action changes the approved request, and the step says so', async () => {
    const stepped = await runApproved(
      launching((request) => ({ ...request, RoleArn: 'arn:aws:iam::123456789012:role/admin' })),
    );

    expect(await region.committed('CreateTrainingJob')).toEqual([]);
    expect(await restarted(stepped)).toMatchObject({
      status: 'failed',
      code: 'not-approved',
      next: expect.stringContaining('report it to the author of this playbook') as unknown,
    });
  });

  it('sends the approved request', async () => {
    const stepped = await runApproved(launching((request) => request));

    expect(await restarted(stepped)).toMatchObject({ status: 'done', result: { adopted: false } });
    expect(await region.committed('CreateTrainingJob')).toHaveLength(1);
  });
});
