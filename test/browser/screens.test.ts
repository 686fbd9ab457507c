import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { failJob, launches } from '../support/aws-ledger.ts';
import { messageOf, waitForText } from '../support/responder.ts';
import { createWorld, goldJob, type World } from '../support/world.ts';
import { openSlackPage, type SlackPage } from './a-page.ts';

const thisMonth = new Date().toISOString().slice(0, 7);

describe('a person who takes charge of an incident in the browser', () => {
  let world: World;
  let slack: SlackPage;

  beforeAll(async () => {
    world = await createWorld({ speed: 60 });
    await world.start('all');
    slack = await openSlackPage(world);
  });
  afterAll(async () => {
    await slack?.close();
    await world?.close();
  });

  async function idOfIncident(): Promise<string> {
    const id = (await messageOf(world, 'card'))?.metadata?.event_payload.incident;
    if (id === undefined) throw new Error('no incident is open');
    return id;
  }
  /** A picture of the answer to a command, which only this person sees. */
  async function pictureOfAnswer(text: string, shows: RegExp): Promise<void> {
    await slack.type(text);
    await slack.picture(text.split(' ')[0] ?? '', slack.post(shows));
  }

  it('reads the card and the approval, and declines with a reason; nothing is launched', async () => {
    await failJob(world, goldJob, 'spot-interruption');
    await slack.openThread(goldJob);
    await slack.button('Resume training').waitFor();
    await slack.card.scrollIntoViewIfNeeded();
    await slack.picture('card');
    await slack.picture('approval', slack.message('Needs approval from'));
    await slack.press('Resume training');
    await slack.picture('approval-question', slack.question);
    await slack.question.getByRole('button', { name: 'Not now' }).click();
    await slack.press('See the request');
    await slack.opened();
    await slack.picture('request', slack.modal);
    await slack.leave();

    await slack.press('Decline…');
    await slack.writeAndSend('The learning rate was wrong. Do not resume this run.', 'decline');
    await slack.picture('declined', slack.message('Declined by'));
    await slack.press('Investigate by hand');
    await slack.picture('switch-question', slack.question);
    await slack.question.getByRole('button', { name: 'Not now' }).click();
    expect(await launches(world)).toHaveLength(0);
  });

  it('pauses the incident, which the card shows, and resumes it', async () => {
    await slack.type(`pause ${await idOfIncident()}`);
    await slack.writeAndSend('Waiting for the quota of p5 instances.', 'pause');
    await waitForText(world, 'card', 'Paused');
    await slack.picture('paused', slack.card.filter({ hasText: 'Paused' }));
    await slack.card.getByRole('button', { name: 'Resume', exact: true }).click();
    await waitForText(world, 'card', 'was declined');
  });

  it('calls for help, and the thread names the contacts and the AWS Support link', async () => {
    await slack.card.getByRole('button', { name: 'Call for help' }).click();
    await slack.picture('help-called', slack.message('open a case at AWS Support'));
  });

  it('closes it with an outcome, and the card says how it ended', async () => {
    await slack.type(`close ${await idOfIncident()}`);
    await slack.opened();
    await slack.modal.locator('.bk-select').selectOption({ label: 'Given up' });
    await slack.modal.locator('textarea').fill('This run is not needed anymore.');
    await slack.picture('close', slack.modal);
    await slack.send();
    await slack.picture('closed', slack.card.filter({ hasText: 'not needed anymore' }));
  });

  it('reads the help, the figures, the trail and the readiness', async () => {
    await pictureOfAnswer('help', /When something failed/);
    await pictureOfAnswer(`report ${thisMonth}`, /RTO met/);
    await pictureOfAnswer('readiness', /Readiness:/);
    await slack.type(`audit ${await idOfIncident()}`);
    await slack.opened();
    await slack.picture('audit', slack.modal);
    await slack.leave();
  });

  it('reads Home', async () => {
    await slack.page.locator('.sidebar').getByText('Relight').click();
    await slack.page
      .getByText(/open incident/i)
      .first()
      .waitFor();
    await slack.picture('home');
    await slack.page.locator('.sidebar').getByText('ml-incidents').click();
  });

  it('drills a playbook, and its score is posted at the end', async () => {
    await slack.type('drill');
    await slack.opened();
    await slack.picture('drill-form', slack.modal);
    await slack.leave();
    await slack.type('drill spot-interruption');
    await slack.openThread('drill-spot-interruption-1');
    await slack.button('Resume training').waitFor();
    await slack.picture('drill', slack.card);
    await slack.pressAndConfirm('Resume training');
    await slack.button('Document').waitFor({ timeout: 240_000 });
    await slack.press('Document');
    await slack.opened();
    const texts = ['The spot pool ran out.', 'checkpoint-1350', 'Use another zone.', 'Mira Okafor'];
    for (const [at, text] of texts.entries()) await slack.modal.locator('.bk-plain-input').nth(at).fill(text);
    await slack.send();
    await slack.picture('drill-score', slack.message(/scored \d+ of 100/));
  });
});
