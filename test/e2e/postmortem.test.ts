import { afterEach, describe, expect, it } from 'vitest';
import { recoverAndDocument } from '../support/recover.ts';
import { slackLedger, waitForText } from '../support/responder.ts';
import { createWorld, goldJob, type World } from '../support/world.ts';

describe('a recovered incident', () => {
  let world: World;

  afterEach(async () => world.close());

  it('ends with a postmortem and a timeline in the thread, built from the journal and the postmortem form', async () => {
    world = await createWorld();
    await world.start('all');
    const files = await recoverAndDocument(world);
    const [document, picture] = files;
    expect(document?.name).toMatch(/^postmortem-rl-.*\.md$/);
    for (const words of [
      'No spot capacity in the zone.',
      'Add a second subnet.',
      'approved by mira.',
      'RTO',
      goldJob,
    ])
      expect(document?.text).toContain(words);
    expect(document?.text).not.toContain('U0LEAD');
    expect(document?.text).toContain('`s3://');
    expect(picture?.name).toMatch(/\.png$/);
    await waitForText(world, 'card', 'Recovered in');
    expect((await slackLedger(world)).violations).toEqual([]);
  });
});
