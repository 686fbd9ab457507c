import {
  CreateTrainingJobCommand,
  DescribeTrainingJobCommand,
  SageMakerClient,
} from '@aws-sdk/client-sagemaker';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { failJob, launches } from '../support/aws-ledger.ts';
import { submitForm } from '../support/forms.ts';
import {
  click,
  lead,
  messageOf,
  otherLead,
  slackLedger,
  waitForButton,
  waitForRecovery,
  waitForText,
} from '../support/responder.ts';
import { until } from '../support/until.ts';
import { createWorld, goldJob, type World } from '../support/world.ts';

/** One thread from the failure to the recovery, even if the first playbook is not the right one. */
describe('an incident whose first playbook does not fit', () => {
  let world: World;

  beforeEach(async () => {
    world = await createWorld();
    await world.start('all');
  });
  afterEach(async () => world.close());

  async function expectOneThread(): Promise<void> {
    const { messages, violations } = await slackLedger(world);
    expect(messages.filter(({ thread_ts }) => thread_ts === undefined)).toHaveLength(1);
    expect(violations).toEqual([]);
  }

  it('collects evidence of an unknown failure and continues in the same thread with the playbook that a person chooses', async () => {
    await failJob(world, goldJob, 'crash');

    const choose = await waitForButton(world, 'step-choice', 'Choose');
    await waitForText(world, 'step-diagnosis', 'Relight does not recognize this failure');
    await waitForText(world, 'step-logs', "'step':");
    expect(await launches(world)).toEqual([]);
    await submitForm(world, lead, choose, { playbook: 'spot-interruption', why: 'The host was replaced.' });

    await click(world, otherLead, await waitForButton(world, 'step-resumed-2', 'Resume training'));
    await waitForRecovery(world);
    expect(await launches(world)).toHaveLength(1);
    await expectOneThread();
  });

  it('counts as recovered once a person launches a copy by hand in the checkpoint folder: the clock stops and the proposal is no longer sent', async () => {
    await failJob(world, goldJob, 'spot-interruption', { damage: 'none' });
    const proposed = await waitForButton(world, 'step-resumed', 'Resume training');
    await launchByHand(world, 'started-by-mira', goldJob);

    const card = await waitForText(world, 'card', 'Recovered in');
    expect(card).toContain(`started-by-mira is training: it has taken over from ${goldJob}`);
    expect(card).not.toContain('until the RTO');
    await waitForText(world, 'step-resumed', '4 steps not needed');
    await click(world, lead, proposed);
    await waitForButton(world, 'step-document', 'Document');
    expect((await launches(world)).map(({ TrainingJobName: name }) => name)).toEqual(['started-by-mira']);
    await expectOneThread();
  });

  it('switches to the playbook of the actual failure if the job has more information than the alarm', async () => {
    await failJob(world, goldJob, 'spot-interrupted-waiting');
    await until(async () => messageOf(world, 'step-diagnosis'), 'Relight to watch the job');
    await failJob(world, goldJob, 'out-of-memory');

    await click(world, lead, await waitForButton(world, 'step-retried-2', 'Retry with this batch'));

    await waitForRecovery(world);
    expect(await launches(world)).toHaveLength(1);
    await expectOneThread();
  });
});

/** Clones the job as a person does in the console: the same settings under another name. */
async function launchByHand({ region }: World, name: string, failed: string): Promise<void> {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = new SageMakerClient({ region: 'us-east-1', endpoint: region.url, credentials });
  const job = await client.send(new DescribeTrainingJobCommand({ TrainingJobName: failed }));
  await client.send(
    new CreateTrainingJobCommand({
      TrainingJobName: name,
      AlgorithmSpecification: job.AlgorithmSpecification,
      RoleArn: job.RoleArn,
      InputDataConfig: job.InputDataConfig,
      OutputDataConfig: job.OutputDataConfig,
      ResourceConfig: job.ResourceConfig,
      StoppingCondition: job.StoppingCondition,
      HyperParameters: job.HyperParameters,
      CheckpointConfig: job.CheckpointConfig,
      EnableManagedSpotTraining: job.EnableManagedSpotTraining,
      Tags: [{ Key: 'started-by', Value: 'mira' }],
    }),
  );
  client.destroy();
}
