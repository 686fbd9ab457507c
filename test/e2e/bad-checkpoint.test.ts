import { afterEach, describe, expect, it } from 'vitest';
import { letGo } from '../chaos/support/boundaries.ts';
import { addFault, awsLedger, failJob, launches } from '../support/aws-ledger.ts';
import {
  click,
  lead,
  slackLedger,
  waitForButton,
  waitForRecovery,
  waitForText,
} from '../support/responder.ts';
import { until } from '../support/until.ts';
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

  it('is followed by the next checkpoint even if the job fails before Relight knows that it was launched', async () => {
    world = await createWorld({ speed: 60 });
    const broken = await failJob(world, goldJob, 'spot-interruption', { damage: 'corrupt-inside' });
    await world.start('all');
    const first = await waitForButton(world, 'step-resumed', 'Resume training');
    await addFault(world, {
      service: 'sagemaker',
      operation: 'CreateTrainingJob',
      kind: 'hang-after',
      count: 1,
    });
    await click(world, lead, first);
    await until(async () => launchFailureIsRecorded(world), 'the failure of the launched job', 60_000);

    await letGo(world);

    await click(world, lead, await waitForButton(world, 'step-resumed-2', 'Resume training'));
    await waitForRecovery(world);
    const tags = (await launches(world)).map(({ Tags }) => Tags);
    expect(tags).toEqual(
      [broken, broken - 50].map((step) =>
        expect.arrayContaining([{ Key: 'relight:checkpoint', Value: `checkpoint-${step}` }]),
      ),
    );
  });
});

async function launchFailureIsRecorded({ redis: { client } }: World): Promise<boolean> {
  const keys = await client.keys('{relight}:journal:*');
  const lines = await Promise.all(keys.map(async (key) => client.lrange(key, 0, -1)));
  return lines
    .flat()
    .some((line) => /"alarm-joined".*"sagemaker-event"/.test(line) && line.includes(`"${goldJob}-r1-`));
}
