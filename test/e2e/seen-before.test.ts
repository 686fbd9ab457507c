import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { click, lead, messageOf, visibleText, waitForButton, waitForRecovery } from '../support/responder.ts';
import { createWorld, goldJob, postJson, type World } from '../support/world.ts';

const silverJob = 'srl-rlvr-silver-20251103';

/** Two incidents of one kind, one after the other, as a responder sees them in Slack. */
describe('a failure that was seen before', () => {
  let world: World;

  beforeEach(async () => {
    world = await createWorld();
    await world.start('all');
  });
  afterEach(async () => world.close());

  it('names the earlier incident in the diagnosis, with a link to its thread and what recovered it', async () => {
    await postJson(`${world.region.url}/_sandbox/fail`, { job: goldJob, kind: 'out-of-host-memory' });
    await click(world, lead, await waitForButton(world, 'step-moved', 'Retry on this instance'));
    await waitForRecovery(world);
    expect(visibleText(await messageOf(world, 'step-diagnosis'))).not.toContain('Seen');

    await postJson(`${world.region.url}/_sandbox/fail`, { job: silverJob, kind: 'out-of-host-memory' });
    await waitForButton(world, 'step-moved', 'Retry on this instance');

    console.log(visibleText(await messageOf(world, 'step-diagnosis')));
  });
});
