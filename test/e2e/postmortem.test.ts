import { afterEach, describe, expect, it } from 'vitest';
import { failJob } from '../support/aws-ledger.ts';
import { submitForm } from '../support/forms.ts';
import {
  lead,
  press,
  slackLedger,
  waitForButton,
  waitForRecovery,
  waitForWords,
} from '../support/responder.ts';
import { filesInThread } from '../support/thread-files.ts';
import { until } from '../support/until.ts';
import { createWorld, goldJob, type World } from '../support/world.ts';

describe('the end of a recovery', () => {
  let world: World;

  afterEach(async () => world.close());

  it('is a postmortem and its timeline in the thread, from the journal and what a person wrote down', async () => {
    world = await createWorld();
    await world.start('all');
    await failJob(world, goldJob, 'spot-interruption');
    await press(world, lead, await waitForButton(world, 'step-resumed', 'Resume training'));
    await waitForRecovery(world);

    await submitForm(world, lead, await waitForButton(world, 'step-document', 'Document'), {
      cause: 'No spot capacity in the zone.',
      helped: 'The checkpoint of five minutes before.',
      prevention: 'Add a second subnet.',
      owner: 'Mira',
      due: '2026-12-01',
    });

    await waitForWords(world, 'step-postmortem', 'Postmortem written');
    const files = await until(async () => {
      const found = await filesInThread(world);
      return found.length >= 2 && found;
    }, 'the files to stand in the thread');
    const [document, picture] = files;
    expect(document?.name).toMatch(/^postmortem-rl-.*\.md$/);
    for (const words of ['No spot capacity in the zone.', 'Add a second subnet.', 'U0LEAD', 'RTO', goldJob])
      expect(document?.text).toContain(words);
    expect(picture?.name).toMatch(/\.png$/);
    await waitForWords(world, 'card', 'Recovered in');
    expect((await slackLedger(world)).violations).toEqual([]);
  });
});
