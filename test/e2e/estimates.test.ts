import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { failJob } from '../support/aws-ledger.ts';
import { click, lead, messageOf, slackLedger, visibleText, waitForButton } from '../support/responder.ts';
import { until } from '../support/until.ts';
import { createWorld, goldJob, type World } from '../support/world.ts';

/** The estimates that a person reads before and after the decision, in the sandbox. */
describe('the time to recovery of a gold job', () => {
  let world: World;

  beforeEach(async () => {
    world = await createWorld();
    await world.start('all');
    await failJob(world, goldJob, 'spot-interruption');
  });
  afterEach(async () => world.close());

  it('is on the approval with its basis and the RTO, beside what is lost, and the end says what was lost', async () => {
    const button = await waitForButton(world, 'step-resumed', 'Resume training');

    const request = visibleText(button.message);
    expect(request).toMatch(/Time to recovery: ≈ .+, done about \d\d:\d\d UTC if approved at once/);
    expect(request).toMatch(/Estimated from this job’s own start: .+ of waiting for instances/);
    expect(request).toMatch(/Lost: .+ of training, .*GPU-hours, (within|over) the RPO/);
    expect(visibleText(await messageOf(world, 'card'))).toMatch(
      /If approved now: training again about \d\d:\d\d UTC/,
    );

    await click(world, lead, button);

    const card = await until(async () => {
      const shown = visibleText(await messageOf(world, 'card'));
      return shown.includes('Recovered') && shown;
    }, 'the card to say that training was recovered');
    expect(card).toMatch(/Lost: .+ of training/);
    expect((await slackLedger(world)).violations).toEqual([]);
  });
});
