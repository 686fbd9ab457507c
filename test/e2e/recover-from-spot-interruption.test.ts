import { afterEach, describe, expect, it } from 'vitest';
import { firstBreak } from '../../src/audit/chain.ts';
import { addFault, awsLedger, failJob, heldRequests, launches } from '../support/aws-ledger.ts';
import { changedFields } from '../support/changed-fields.ts';
import { journalsOf } from '../support/journals.ts';
import { click, lead, messageOf, slackLedger, waitForButton } from '../support/responder.ts';
import { until } from '../support/until.ts';
import { createWorld, goldJob, type World } from '../support/world.ts';

/** From the alarm to the recovery, by clicks. Only the ledgers of the stand-ins count as evidence. */
describe('a gold job that loses its spot capacity for good', () => {
  let world: World;

  afterEach(async () => world.close());

  async function recovered(): Promise<void> {
    const card = await until(async () => {
      const message = await messageOf(world, 'card');
      return message?.text.includes('Recovered') === true && message;
    }, 'the card to say that training was recovered');
    expect(card.text).toMatch(/Recovered in \d+ min/);
  }

  /** Invariants that must hold whatever went wrong on the way. */
  async function expectExactlyOneRecovery(): Promise<void> {
    const [launch, ...more] = await launches(world);
    const { corruption } = await awsLedger(world);
    const { messages, violations } = await slackLedger(world);
    const keys = messages.map(({ metadata }) => metadata?.event_payload.key);

    expect(more).toEqual([]);
    expect(launch?.CheckpointConfig.S3Uri).toContain(`checkpoints-recovery/${launch?.TrainingJobName}/`);
    expect(launch && (await changedFields(world, goldJob, launch))).toEqual([
      'AlgorithmSpecification.TrainingImage',
      'CheckpointConfig.S3Uri',
      // The gold tier's RTO makes the proposal use on-demand capacity.
      'EnableManagedSpotTraining',
      'Tags',
      'TrainingJobName',
    ]);
    expect(corruption).toEqual([]);
    expect(messages.filter(({ thread_ts }) => thread_ts === undefined)).toHaveLength(1);
    expect(new Set(keys).size).toBe(keys.length);
    expect(violations).toEqual([]);
    for (const journal of await journalsOf(world)) expect(firstBreak(journal)).toBeUndefined();
    expect(await journalsOf(world)).toHaveLength(1);
  }

  it('is recovered by one click with exactly one new job from the newest valid checkpoint', async () => {
    world = await createWorld();
    await world.start('all');
    await failJob(world, goldJob, 'spot-interruption');

    await click(world, lead, await waitForButton(world, 'step-resumed', 'Resume training'));

    await recovered();
    await expectExactlyOneRecovery();
  });

  it('is recovered by one bot and two workers that share a Redis', async () => {
    world = await createWorld();
    await Promise.all([world.start('bot'), world.start('worker'), world.start('worker')]);
    await failJob(world, goldJob, 'spot-interruption');

    await click(world, lead, await waitForButton(world, 'step-resumed', 'Resume training'));

    await recovered();
    await expectExactlyOneRecovery();
  });

  it.each(['hang-before', 'hang-after'] as const)(
    'still gets exactly one new job if the worker is killed during CreateTrainingJob (%s the commit)',
    async (kind) => {
      world = await createWorld();
      await world.start('bot');
      const worker = await world.start('worker');
      await failJob(world, goldJob, 'spot-interruption');
      const button = await waitForButton(world, 'step-resumed', 'Resume training');
      await addFault(world, { service: 'sagemaker', operation: 'CreateTrainingJob', kind, count: 1 });

      await click(world, lead, button);
      await until(async () => (await heldRequests(world)).length > 0, 'the worker to call CreateTrainingJob');
      await worker.kill();
      await world.start('worker');

      await recovered();
      await expectExactlyOneRecovery();
    },
  );

  it('still gets exactly one new job if the response of CreateTrainingJob is lost', async () => {
    world = await createWorld();
    await world.start('all');
    await failJob(world, goldJob, 'spot-interruption');
    const button = await waitForButton(world, 'step-resumed', 'Resume training');
    await addFault(world, {
      service: 'sagemaker',
      operation: 'CreateTrainingJob',
      kind: 'drop-after',
      count: 1,
    });

    await click(world, lead, button);

    await recovered();
    await expectExactlyOneRecovery();
  });

  it('still recovers if the queue loses the approved step, because the sweep enqueues it again', async () => {
    world = await createWorld();
    await world.start('bot');
    const worker = await world.start('worker');
    await failJob(world, goldJob, 'spot-interruption');
    const button = await waitForButton(world, 'step-resumed', 'Resume training');
    await worker.kill();

    await click(world, lead, button);
    await until(async () => (await messageOf(world, 'step-resumed'))?.edits, 'the approval to be recorded');
    const lost = await world.redis.client.keys('{relight}:relight-steps:*');
    await world.redis.client.del(lost);
    await world.start('worker');

    expect(lost.length).toBeGreaterThan(0);
    await recovered();
    await expectExactlyOneRecovery();
  });
});
