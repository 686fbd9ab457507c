import { afterEach, describe, expect, it } from 'vitest';
import { awsLedger, failJob, launches } from '../support/aws-ledger.ts';
import { click, lead, messageOf, visibleText, waitForButton } from '../support/responder.ts';
import { until } from '../support/until.ts';
import { createWorld, goldJob, type World } from '../support/world.ts';

const mebibyte = 1024 * 1024;

/** From the alarm to the proposal, over real S3 calls. */
describe('the newest checkpoint of a failed job', () => {
  let world: World;

  afterEach(async () => world.close());

  it.each([
    ['left unfinished by a killed trainer', 'unfinished-newest', 'invalid: trainer_state.json is missing'],
    ['truncated in the middle of its weights', 'truncate-newest', 'invalid: model.safetensors was truncated'],
    [
      'with a Git LFS pointer instead of its weights',
      'lfs-pointer',
      'invalid: model.safetensors is a Git LFS pointer',
    ],
    ['without its optimizer', 'missing-optimizer', 'degraded: optimizer.pt is missing'],
    ['with an empty optimizer file', 'zero-byte', 'invalid: optimizer.pt is empty (0 bytes)'],
  ])('%s is reported as broken, and the newest valid checkpoint is proposed', async (_, damage, says) => {
    world = await createWorld({ speed: 60 });
    // Fail the job before Relight starts; otherwise it could be interrupted while writing another checkpoint.
    const broken = await failJob(world, goldJob, 'spot-interruption', { damage });
    await world.start('all');

    const button = await waitForButton(world, 'step-resumed', 'Resume training');
    await until(
      async () =>
        visibleText(await messageOf(world, 'step-validation')).includes(`checkpoint-${broken} is ${says}`),
      `the thread to show "${says}"`,
    );

    expect(visibleText(button.message)).toContain(`from step ${(broken - 50).toLocaleString('en')}`);
    const { reads } = await awsLedger(world);
    for (const [object, bytes] of Object.entries(reads.bytes))
      expect(bytes, object).toBeLessThanOrEqual(mebibyte);
  });

  it('is proposed in its original folder if it is intact', async () => {
    world = await createWorld();
    await failJob(world, goldJob, 'spot-interruption', { damage: 'none' });
    await world.start('all');

    await click(world, lead, await waitForButton(world, 'step-resumed', 'Resume training'));
    await until(async () => (await messageOf(world, 'card'))?.text.includes('Recovered'), 'the recovery');

    const [launch] = await launches(world);
    expect(launch?.CheckpointConfig.S3Uri).toBe(`s3://srl-rlvr-training/checkpoints/${goldJob}/`);
    expect((await awsLedger(world)).calls.filter(({ operation }) => operation === 'CopyObject')).toEqual([]);
    expect((await awsLedger(world)).corruption).toEqual([]);
  });
});
