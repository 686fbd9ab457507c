import { afterEach, describe, expect, it } from 'vitest';
import { awsLedger, failJob, launches } from '../support/aws-ledger.ts';
import {
  click,
  lead,
  slackLedger,
  waitForButton,
  waitForRecovery,
  waitForText,
} from '../support/responder.ts';
import { createWorld, goldJob, type World } from '../support/world.ts';

describe('a job resumed from a checkpoint that passed grading but is corrupt', () => {
  let world: World;

  afterEach(async () => world.close());

  it('fails once; the checkpoint is passed over and the previous one is used, and a person blocks it', async () => {
    world = await createWorld();
    const broken = await failJob(world, goldJob, 'spot-interruption', { damage: 'corrupt-inside' });
    await world.start('all');
    await click(world, lead, await waitForButton(world, 'step-resumed', 'Resume training'));

    const second = await waitForButton(world, 'step-resumed-2', 'Resume training');
    await waitForText(
      world,
      'step-struck-2',
      `checkpoint-${broken} broke the job: this incident passes over it`,
    );
    await waitForText(world, 'step-training', 'another playbook took over');
    await click(world, lead, second);

    await waitForRecovery(world);
    const { messages } = await slackLedger(world);
    expect(messages.filter(({ thread_ts }) => thread_ts === undefined)).toHaveLength(1);
    const { corruption } = await awsLedger(world);
    const [first, next, ...more] = await launches(world);
    expect(more).toEqual([]);
    expect(corruption).toEqual([]);
    expect(first?.Tags).toContainEqual({ Key: 'relight:checkpoint', Value: `checkpoint-${broken}` });
    expect(next?.Tags).toContainEqual({ Key: 'relight:checkpoint', Value: `checkpoint-${broken - 50}` });
    expect(next?.CheckpointConfig.S3Uri).toContain(`checkpoints-recovery/${next?.TrainingJobName}/`);
  });
});
