import { afterEach, describe, expect, it } from 'vitest';
import { firstBreak } from '../../src/audit/chain.ts';
import { failJob, launches } from '../support/aws-ledger.ts';
import { hasCheckpoint } from '../support/damaged-checkpoint.ts';
import { journalsOf } from '../support/journals.ts';
import { restoreRecorded } from '../support/recorded.ts';
import { readRequest } from '../support/request-pages.ts';
import { click, lead, slackLedger, waitForButton, waitForRecovery } from '../support/responder.ts';
import { until } from '../support/until.ts';
import { createWorld, goldJob, type World } from '../support/world.ts';

describe('Relight upgraded while a request of the previous version is waiting for approval', () => {
  let world: World;

  afterEach(async () => world.close());

  it('shows that request, accepts the approval, and launches exactly the one proposed job', async () => {
    world = await createWorld();
    // The recorded request resumes from checkpoint-1350, and a failure leaves the newest checkpoint broken.
    await until(async () => hasCheckpoint(world, 1400), 'the job to write checkpoint-1400');
    await failJob(world, goldJob, 'spot-interruption');
    const id = await restoreRecorded(world.redis.client, 'spot-interruption-proposed', 'recorded');
    const inAnHour = new Date(Date.now() + 3_600_000).toISOString();
    await world.start('all', { environment: { RELIGHT_ACCEPT_UNPROVEN_UNTIL: inAnHour } });

    const button = await waitForButton(world, 'step-resumed', 'Resume training');
    expect(button.value).toContain(id);
    const { calls } = await readRequest(world, button);
    await click(world, lead, button);

    await waitForRecovery(world);
    const [launch, ...more] = await launches(world);
    expect(more).toEqual([]);
    expect(launch?.TrainingJobName).toBe(calls.at(-1)?.input['TrainingJobName']);
    const journals = await journalsOf(world);
    expect(journals).toHaveLength(1);
    for (const journal of journals) expect(firstBreak(journal)).toBeUndefined();
    expect((await slackLedger(world)).violations).toEqual([]);
  });
});
