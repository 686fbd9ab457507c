import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { awsLedger, failJob, launches } from '../support/aws-ledger.ts';
import { changedFields } from '../support/changed-fields.ts';
import { click, lead, messageOf, slackLedger, visibleText, waitForButton } from '../support/responder.ts';
import { until } from '../support/until.ts';
import { createWorld, goldJob, type World } from '../support/world.ts';

/** SageMaker cannot restart this spot job for lack of capacity while the RTO clock is running. */
describe('a gold job that waits for spot capacity until half of its RTO is used', () => {
  let world: World;

  beforeEach(async () => {
    world = await createWorld();
    await failJob(world, goldJob, 'spot-interrupted-waiting', { minutesAgo: 31 });
    await world.start('all');
  });
  afterEach(async () => world.close());

  it('is stopped, and an on-demand copy is launched only after it has really ended', async () => {
    const button = await waitForButton(world, 'step-elsewhere', 'Stop it and resume elsewhere');
    expect(visibleText(button.message)).toContain(`This stops ${goldJob}`);
    // The journal is copied to the vault all the time.
    const before = (await awsLedger(world)).calls.filter(({ service }) => service === 'sagemaker');
    expect(before).toEqual([]);
    await click(world, lead, button);

    const card = await until(async () => {
      const message = await messageOf(world, 'card');
      return message?.text.includes('Recovered') === true && message;
    }, 'the card to say that training was recovered');

    expect(card.text).toMatch(/Recovered in 3\d min/);
    const { calls, corruption } = await awsLedger(world);
    expect(calls.map(({ operation }) => operation).filter((name) => name.endsWith('TrainingJob'))).toEqual([
      'StopTrainingJob',
      'CreateTrainingJob',
    ]);
    expect(corruption).toEqual([]);
    const [launch] = await launches(world);
    expect(launch?.['EnableManagedSpotTraining']).toBe(false);
    expect(launch?.['StoppingCondition']).toEqual({ MaxRuntimeInSeconds: 259_200 });
    expect(launch && (await changedFields(world, goldJob, launch))).toEqual([
      'AlgorithmSpecification.TrainingImage',
      'CheckpointConfig.S3Uri',
      'EnableManagedSpotTraining',
      'Tags',
      'TrainingJobName',
    ]);
    expect((await slackLedger(world)).violations).toEqual([]);
  });

  it('is left alone if SageMaker restarts it between the proposal and the click', async () => {
    const button = await waitForButton(world, 'step-elsewhere', 'Stop it and resume elsewhere');
    await failJob(world, goldJob, 'spot-interrupted-restarting');
    await until(async () => (await trains(world)) && true, 'the job to train again');

    await click(world, lead, button);

    await until(
      async () => visibleText(await messageOf(world, 'step-elsewhere')).includes('nothing was stopped'),
      'Relight to leave it alone',
    );
    await until(async () => (await messageOf(world, 'card'))?.text.includes('Recovered'), 'the recovery');
    const { calls } = await awsLedger(world);
    expect(calls.filter(({ service }) => service === 'sagemaker')).toEqual([]);
  });
});

async function trains(world: World): Promise<boolean> {
  const answer = await fetch(`${world.region.url}/_sandbox/jobs`);
  return /"name":"srl-rlvr-gold-20251104","status":"InProgress","secondary":"Training"/.test(
    await answer.text(),
  );
}
