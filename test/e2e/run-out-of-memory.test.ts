import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { awsLedger, launches } from '../support/aws-ledger.ts';
import { changedFields } from '../support/changed-fields.ts';
import { submitForm } from '../support/forms.ts';
import {
  click,
  lead,
  messageOf,
  otherLead,
  slackLedger,
  visibleText,
  waitForButton,
  waitForRecovery,
} from '../support/responder.ts';
import { until } from '../support/until.ts';
import { createWorld, goldJob, postJson, type World } from '../support/world.ts';

/** From the alarm to the recovery, by clicks. The region's ledger shows the launches. */
describe('a gold job that runs out of memory', () => {
  let world: World;

  beforeEach(async () => {
    world = await createWorld();
    await world.start('all');
  });
  afterEach(async () => world.close());

  async function breakJob(kind: string, more: object = {}): Promise<void> {
    await postJson(`${world.region.url}/_sandbox/fail`, { job: goldJob, kind, ...more });
  }

  it('trains again with half the batch size, the same effective batch size, and a checkpoint that does not restore the old batch size', async () => {
    await breakJob('out-of-memory');

    const button = await waitForButton(world, 'step-retried', 'Retry with this batch');
    expect(visibleText(button.message)).toContain('The checkpoint stores a batch of 8');
    await click(world, lead, button);

    expect(await waitForRecovery(world)).toContain('with a smaller batch');
    const [launch, ...more] = await launches(world);
    const { corruption } = await awsLedger(world);
    expect(more).toEqual([]);
    expect(corruption).toEqual([]);
    expect(launch?.['HyperParameters']).toMatchObject({
      per_device_train_batch_size: '4',
      gradient_accumulation_steps: '8',
      model_id: '"Qwen/Qwen2.5-7B-Instruct"',
    });
    expect(launch && (await changedFields(world, goldJob, launch))).toEqual([
      'AlgorithmSpecification.TrainingImage',
      'CheckpointConfig.S3Uri',
      'HyperParameters.gradient_accumulation_steps',
      'HyperParameters.per_device_train_batch_size',
      'Tags',
      'TrainingJobName',
    ]);
    expect((await slackLedger(world)).violations).toEqual([]);
  });

  it('uses the batch size that the responder chose, and refuses an impossible one while the form is open', async () => {
    await breakJob('out-of-memory', { fits: 2 });
    const shown = await waitForButton(world, 'step-retried', 'Change the numbers');

    const refused = await submitForm(world, lead, shown, { batch: '3', allocator: 'leave it as it is' });
    expect(JSON.stringify(refused)).toContain('does not divide the effective batch');
    expect(await launches(world)).toEqual([]);
    await submitForm(world, lead, shown, { batch: '2', allocator: 'expandable_segments:True' });

    const rebuilt = await until(async () => {
      const button = await waitForButton(world, 'step-retried', 'Retry with this batch');
      return (
        button.value !== shown.value && visibleText(button.message).includes('expandable_segments') && button
      );
    }, 'the request to be rebuilt');
    await click(world, otherLead, rebuilt);

    await waitForRecovery(world);
    const [launch, ...more] = await launches(world);
    expect(more).toEqual([]);
    expect(launch?.['HyperParameters']).toMatchObject({
      per_device_train_batch_size: '2',
      gradient_accumulation_steps: '16',
    });
    expect(launch?.['Environment']).toMatchObject({
      NCCL_DEBUG: 'WARN',
      PYTORCH_CUDA_ALLOC_CONF: 'expandable_segments:True',
    });
  });

  it('moves to an instance with more host memory and keeps its batch size if the batch is not the cause', async () => {
    await breakJob('out-of-host-memory');

    await click(world, lead, await waitForButton(world, 'step-moved', 'Retry on this instance'));

    expect(await waitForRecovery(world)).toContain('on a larger instance');
    const [launch, ...more] = await launches(world);
    expect(more).toEqual([]);
    expect(launch?.['ResourceConfig']).toMatchObject({ InstanceType: 'ml.g5.4xlarge' });
    expect(launch?.['HyperParameters']).toMatchObject({ per_device_train_batch_size: '8' });
    expect(visibleText(await messageOf(world, 'step-retried'))).toContain(
      'a smaller batch does not reduce that',
    );
  });

  it('fails again with a batch that is still too large, and continues in the same thread with half of that', async () => {
    await breakJob('out-of-memory', { fits: 2 });
    await click(world, lead, await waitForButton(world, 'step-retried', 'Retry with this batch'));

    await click(world, lead, await waitForButton(world, 'step-retried-2', 'Retry with this batch'));

    await waitForRecovery(world);
    const batches = (await launches(world)).map(({ HyperParameters: of }) => of);
    expect(batches).toMatchObject([
      { per_device_train_batch_size: '4', gradient_accumulation_steps: '8' },
      { per_device_train_batch_size: '2', gradient_accumulation_steps: '16' },
    ]);
    const { messages } = await slackLedger(world);
    expect(messages.filter(({ thread_ts }) => thread_ts === undefined)).toHaveLength(1);
  });
});
