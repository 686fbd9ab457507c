import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { awsLedger, launches } from '../support/aws-ledger.ts';
import { changedFields } from '../support/changed-fields.ts';
import {
  click,
  command,
  lead,
  messageOf,
  otherLead,
  slackLedger,
  visibleText,
  waitForButton,
  waitForRecovery,
} from '../support/responder.ts';
import { createWorld, goldJob, postJson, type World } from '../support/world.ts';

/** From the alarm to the recovery, by clicks. The region's ledger shows the launches. */
describe('a gold job that needs other hardware', () => {
  let world: World;

  beforeEach(async () => {
    world = await createWorld();
    await world.start('all');
  });
  afterEach(async () => world.close());

  async function breakJob(kind: string): Promise<void> {
    await postJson(`${world.region.url}/_sandbox/fail`, { job: goldJob, kind });
  }

  async function expectOneLaunch(fields: readonly string[]): Promise<void> {
    const [launch, ...more] = await launches(world);
    expect(more).toEqual([]);
    expect((await awsLedger(world)).corruption).toEqual([]);
    expect(launch && (await changedFields(world, goldJob, launch))).toEqual([
      'AlgorithmSpecification.TrainingImage',
      ...fields,
    ]);
    expect((await slackLedger(world)).violations).toEqual([]);
  }

  it('trains again on an instance with more local storage after its disk filled up', async () => {
    await breakJob('disk-full');

    const button = await waitForButton(world, 'step-moved', 'Retry on this instance');
    expect(visibleText(await messageOf(world, 'step-plan'))).toContain(
      '/opt/ml/checkpoints/checkpoint-1350/optimizer.pt',
    );
    await click(world, lead, button);

    expect(await waitForRecovery(world)).toContain('with more storage');
    await expectOneLaunch(['ResourceConfig.InstanceType', 'Tags', 'TrainingJobName']);
  });

  it('trains again as it was after a hang, with the rank that failed first in the thread', async () => {
    await breakJob('hang');

    const button = await waitForButton(world, 'step-resumed-2', 'Resume once');
    expect(visibleText(await messageOf(world, 'step-logs-2'))).toContain('rank 0 on algo-1');
    await click(world, lead, button);

    expect(await waitForRecovery(world)).toContain('is training from step');
    await expectOneLaunch(['Tags', 'TrainingJobName']);
  });

  it('trains again on as many instances as saved its checkpoint', async () => {
    await breakJob('crash');
    await waitForButton(world, 'step-choice', 'Choose');
    await command(world, lead, `start restore-instance-count ${goldJob}`);

    const button = await waitForButton(world, 'step-resumed-2', 'Resume on these instances');
    await click(world, otherLead, button);

    expect(await waitForRecovery(world)).toContain('with 1 rank');
    await expectOneLaunch(['Tags', 'TrainingJobName']);
  });
});
