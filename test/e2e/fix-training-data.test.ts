import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { awsLedger, failJob, launches } from '../support/aws-ledger.ts';
import { changedFields } from '../support/changed-fields.ts';
import { submitForm } from '../support/forms.ts';
import {
  click,
  lead,
  otherLead,
  slackLedger,
  visibleText,
  waitForButton,
  waitForRecovery,
  waitForText,
} from '../support/responder.ts';
import { until } from '../support/until.ts';
import { createWorld, goldJob, type World } from '../support/world.ts';

/** The sandbox's trainer reads every record, so data that is still broken fails again. */
describe('a gold job that cannot load its training data', () => {
  let world: World;

  beforeEach(async () => {
    world = await createWorld();
    await world.start('all');
    await failJob(world, goldJob, 'data');
  });
  afterEach(async () => world.close());

  it('trains again on a fixed copy, and the original data is unchanged', async () => {
    const fix = await waitForButton(world, 'step-fixed', 'Fix the data');
    await waitForText(world, 'step-checked', 'train.jsonl line 52');
    await click(world, lead, fix);
    await click(world, lead, await waitForButton(world, 'step-retried', 'Retry with the fixed data'));

    await waitForRecovery(world);
    const { calls, corruption } = await awsLedger(world);
    const [launch, ...more] = await launches(world);
    expect(more).toEqual([]);
    expect(corruption).toEqual([]);
    expect(JSON.stringify(launch?.['InputDataConfig'])).toContain('/fixed');
    expect(launch && (await changedFields(world, goldJob, launch))).toEqual(
      expect.arrayContaining(['InputDataConfig.0.DataSource.S3DataSource.S3Uri', 'TrainingJobName']),
    );
    const written = calls.flatMap(({ service, request }) =>
      service === 's3' && typeof request['path'] === 'string' ? [request['path']] : [],
    );
    expect(written.filter((path) => path.startsWith('/srl-rlvr-training/training-data/'))).toEqual([]);
    expect((await slackLedger(world)).violations).toEqual([]);
  });

  it('fails again in the same thread when the fix is undone and it trains on the original data', async () => {
    await click(world, lead, await waitForButton(world, 'step-fixed', 'Fix the data'));
    const shown = await waitForButton(world, 'step-retried', 'Undo the fix');
    await submitForm(world, lead, shown, { data: 'the original' });
    const rebuilt = await until(async () => {
      const button = await waitForButton(world, 'step-retried', 'Retry with the original data');
      return visibleText(button.message).includes('The fix is undone') && button;
    }, 'the request to be rebuilt');
    await click(world, otherLead, rebuilt);

    await waitForButton(world, 'step-fixed-2', 'Fix the data');
    const [launch, ...more] = await launches(world);
    expect(more).toEqual([]);
    expect(launch && (await changedFields(world, goldJob, launch))).not.toContain(
      'InputDataConfig.0.DataSource.S3DataSource.S3Uri',
    );
  });
});
