import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addFault, failJob, heldRequests, launches } from '../support/aws-ledger.ts';
import { until } from '../support/until.ts';
import { createWorld, goldJob, postJson, type World } from '../support/world.ts';
import { openSlackPage, type SlackPage } from './a-page.ts';

const silverJob = 'srl-rlvr-silver-20251105';
/** It never saves a checkpoint, however long the start takes. */
const unsavedJob = 'srl-rlvr-silver-20251103';
const soundJob = 'srl-rlvr-bronze-20251101';

/** What can become of a change, and how an incident ends. */
describe('a person who follows a change in the browser', () => {
  let world: World;
  let slack: SlackPage;

  beforeAll(async () => {
    world = await createWorld({
      speed: 30,
      jobs: [
        { name: soundJob, tier: 'bronze', step: 910, checkpoints: [900] },
        { name: silverJob, tier: 'silver', step: 360, checkpoints: [350] },
      ],
      broken: [{ job: unsavedJob, kind: 'checkpoints-stop' }],
    });
    await world.start('all');
    slack = await openSlackPage(world);
    await failJob(world, goldJob, 'spot-interruption');
    await failJob(world, silverJob, 'spot-interruption');
    await failJob(world, unsavedJob, 'internal');
  });
  afterAll(async () => {
    await slack?.close();
    await world?.close();
  });

  const createFails = async (kind: 'access-denied' | 'hang-after'): Promise<void> =>
    addFault(world, { service: 'sagemaker', operation: 'CreateTrainingJob', kind, count: 1 });
  const cardWith = (text: string) => slack.card.filter({ hasText: text });

  it('reads what may be chosen instead, and what a launch that AWS refuses leaves to do', async () => {
    await slack.openThread(goldJob);
    await slack.press('Choose where');
    await slack.opened();
    await slack.picture('choose-where', slack.modal);
    await slack.leave();

    await createFails('access-denied');
    await slack.pressAndConfirm('Resume training');
    await slack.button('Try again').waitFor();
    await slack.picture('failed', slack.message('Try again'));
    await slack.picture('card-failed', cardWith('failed.'));

    await slack.press('Choose a playbook');
    await slack.opened();
    await slack.picture('choose-playbook', slack.modal);
    await slack.leave();
    await slack.press('Try again');
    await slack.picture('approval-by-others', slack.message('whose own request it is'));
    expect(await launches(world)).toHaveLength(0);
  });

  it('reads that all changes are halted, and what a resumed one needs', async () => {
    await slack.type('halt');
    await slack.writeAndSend('The new AMI breaks NCCL.', 'halt');
    await slack.picture('halted', slack.message('All changes are halted by'));
    await slack.picture('card-halted', cardWith('All changes are halted'));
    await slack.type('halt off');
    await slack.picture('halt-over', slack.message('Changes have resumed'));
  });

  it('cancels a change that AWS already has, and reads which job exists and what can be done with it', async () => {
    await createFails('hang-after');
    await slack.actAs('Priya Nair (lead)');
    await slack.pressAndConfirm('Resume training');
    await until(async () => (await heldRequests(world)).length > 0, 'the launch to be under way');
    await slack.picture('card-running', cardWith('Relight is running'));
    await slack.press('Cancel…');
    await slack.picture('cancel-question', slack.question);
    await slack.confirm();
    await slack.picture('card-canceling', cardWith('Relight is canceling'));
    await postJson(`${world.region.url}/_sandbox/release`, {});
    await slack.picture('canceled', slack.message('Canceled by'));
    await slack.picture('card-canceled', cardWith('was canceled'));
    expect(await launches(world)).toHaveLength(1);

    await slack.press('Stop the job…');
    await slack.picture('stop-approval', slack.message('Needs approval from'));
  });

  it('reads that no checkpoint can be loaded, and what is left', async () => {
    await slack.openThread(unsavedJob);
    await slack.button('Start over from scratch').waitFor();
    await slack.picture('no-checkpoint', slack.message('Start over from scratch'));
  });

  it('reads that a job which nothing reported has not failed', async () => {
    await slack.type('start');
    await slack.opened();
    await slack.modal.locator('.bk-select').selectOption({ label: 'Investigate by hand (investigate)' });
    await slack.writeAndSend(soundJob, 'start');
    await slack.openThread(soundJob);
    await slack.picture('card-not-broken', cardWith('no failure found'));
    await slack.press('Say whether it is broken');
    await slack.opened();
    await slack.picture('is-it-broken', slack.modal);
    await slack.leave();
  });

  it('watches a job until it trains, documents the incident, and reopens it', async () => {
    await slack.openThread(silverJob);
    await slack.pressAndConfirm('Resume training');
    await slack.picture('card-in-aws', cardWith('Relight is checking: Training confirmation'));
    await slack.picture('card-recovered', cardWith('Recovered in'));
    await slack.press('Document');
    await slack.opened();
    const texts = [
      'The zone ran out of spot capacity.',
      'The checkpoint.',
      'Add a second subnet.',
      'Mira Okafor',
    ];
    for (const [at, text] of texts.entries()) await slack.modal.locator('.bk-plain-input').nth(at).fill(text);
    await slack.picture('document', slack.modal);
    await slack.send();
    await slack.picture('card-closed', cardWith('Postmortem written'));

    await slack.press('Reopen…');
    await slack.writeAndSend('The loss is NaN again.', 'reopen');
    await slack.picture('card-reopened', cardWith('attempt 2'));
  });
});
