import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { awsLedger, failJob, launches } from '../support/aws-ledger.ts';
import {
  click,
  command,
  lead,
  otherLead,
  slackLedger,
  waitForButton,
  waitForText,
} from '../support/responder.ts';
import { until } from '../support/until.ts';
import { createWorld, goldJob, type World } from '../support/world.ts';

const silverJob = 'srl-rlvr-silver-20251103';

/** Two jobs are down and a person reports a system failure: one incident recovers them one at a time. */
describe('a failure of the whole Region', () => {
  let world: World;

  beforeEach(async () => {
    world = await createWorld();
  });
  afterEach(async () => world.close());

  const cards = async () =>
    (await slackLedger(world)).messages.filter(({ metadata }) => metadata?.event_payload.key === 'card');

  async function callIt(): Promise<void> {
    await world.start('all');
    await until(async () => (await cards()).length === 2, 'both jobs to have a thread');
    await command(world, lead, `start system-failure ${goldJob}`);
  }

  it('is recovered one job at a time, gold first, and each job only after the previous one trains again', async () => {
    await failJob(world, silverJob, 'internal');
    await failJob(world, goldJob, 'internal');
    await callIt();

    await waitForText(world, 'step-assessment-2', goldJob);
    await click(world, otherLead, await waitForButton(world, 'step-job1-2', 'Recover this job'));
    const second = await waitForButton(world, 'step-job2-2', 'Recover this job');
    expect(await launches(world)).toHaveLength(1);
    await click(world, otherLead, second);

    await until(
      async () => (await slackLedger(world)).messages.some(({ text }) => text.includes('Recovered in')),
      'a card that reports the jobs as recovered',
    );
    const names = (await launches(world)).map(({ TrainingJobName: name }) => name);
    expect(names).toEqual([
      expect.stringMatching(/^srl-rlvr-gold-20251104-r1-/),
      expect.stringMatching(/^srl-rlvr-silver-20251103-r1-/),
    ]);
    expect((await awsLedger(world)).corruption).toEqual([]);
    expect((await slackLedger(world)).violations).toEqual([]);
  });

  it('stops the recovery at the first job that fails again and leaves the others untouched', async () => {
    await failJob(world, silverJob, 'internal');
    await failJob(world, goldJob, 'internal', { damage: 'corrupt-inside' });
    await callIt();

    await click(world, otherLead, await waitForButton(world, 'step-job1-2', 'Recover this job'));

    await waitForText(world, 'step-next2-2', 'again');
    await waitForButton(world, 'step-document-2', 'Say how it ended');
    expect(await launches(world)).toHaveLength(1);
  });
});
