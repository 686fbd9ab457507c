import { afterEach, describe, expect, it } from 'vitest';
import { awsLedger, failJob, launches } from '../support/aws-ledger.ts';
import { click, lead, messageOf, visibleText, waitForButton } from '../support/responder.ts';
import { until } from '../support/until.ts';
import { createWorld, goldJob, type World } from '../support/world.ts';

const mebibyte = 1024 * 1024;

/** What a dying trainer leaves behind, and what people are told of it: from the alarm to the proposal, over real S3 calls. */
describe('the newest checkpoint is broken', () => {
  let world: World;

  afterEach(async () => world.close());

  it.each([
    ['never finished by a killed trainer', 'unfinished-newest', 'invalid: trainer_state.json is missing'],
    ['cut in the middle of its weights', 'truncate-newest', 'invalid: model.safetensors was cut'],
    [
      'a Git-LFS pointer in place of its weights',
      'lfs-pointer',
      'invalid: model.safetensors is a Git-LFS pointer',
    ],
    ['without its optimizer', 'missing-optimizer', 'degraded: optimizer.pt is missing'],
    ['with an empty optimizer file', 'zero-byte', 'invalid: optimizer.pt is empty (0 bytes)'],
  ])('%s: the thread says so, and the walk-back proposes the newest good one', async (_, damage, says) => {
    world = await createWorld({ speed: 60 });
    // Before Relight starts: a job that trains on meanwhile could be cut in the middle of a checkpoint of its own.
    const broken = await failJob(world, goldJob, 'spot-interruption', damage);
    await world.start('all');

    const button = await waitForButton(world, 'step-resumed', 'Resume training');
    await until(
      async () =>
        visibleText(await messageOf(world, 'step-validation')).includes(`checkpoint-${broken} is ${says}`),
      `the thread to say: ${says}`,
    );

    expect(visibleText(button.message)).toContain(`from step ${(broken - 50).toLocaleString('en')}`);
    const { reads } = await awsLedger(world);
    for (const [object, bytes] of Object.entries(reads.bytes))
      expect(bytes, object).toBeLessThanOrEqual(mebibyte);
  });

  it('nothing is broken: the job goes on from the newest one, in the folder it is in', async () => {
    world = await createWorld();
    await failJob(world, goldJob, 'spot-interruption', 'none');
    await world.start('all');

    await click(world, lead, await waitForButton(world, 'step-resumed', 'Resume training'));
    await until(async () => (await messageOf(world, 'card'))?.text.includes('Recovered'), 'the recovery');

    const [launch] = await launches(world);
    expect(launch?.CheckpointConfig.S3Uri).toBe(`s3://srl-rlvr-training/checkpoints/${goldJob}/`);
    expect((await awsLedger(world)).calls.filter(({ operation }) => operation === 'CopyObject')).toEqual([]);
    expect((await awsLedger(world)).corruption).toEqual([]);
  });
});
