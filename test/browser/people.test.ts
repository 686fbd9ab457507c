import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { failJob, launches } from '../support/aws-ledger.ts';
import { createWorld, type World } from '../support/world.ts';
import { openSlackPage, type SlackPage } from './a-page.ts';

/** Its RTO is half a minute, and its changes need two leads. */
const urgentJob = 'srl-rlvr-urgent-20251101';
/** Its RTO is half a minute, and a responder may approve its changes. */
const lateJob = 'srl-rlvr-late-20251101';
/** Autopilot approves its changes unless somebody holds them. */
const pilotedJob = 'srl-rlvr-bronze-20251101';

const configure = (yaml: string): string =>
  `${yaml}\nbreak_glass: { users: [U0LEAD] }\n`
    .replace(
      'tiers:\n',
      'tiers:\n  late:\n    jobs: ["srl-rlvr-late-*"]\n    rto_minutes: 0.5\n    rpo_minutes: 30\n    change: { role: responder, approvals: 1 }\n  urgent:\n    jobs: ["srl-rlvr-urgent-*"]\n    rto_minutes: 0.5\n    rpo_minutes: 30\n    change: { role: lead, approvals: 2 }\n',
    )
    .replace(
      'autopilot: []',
      'autopilot:\n  - { playbook: spot-interruption, step: resumed, tier: bronze, mode: veto }',
    );

/** Who is asked, who is called, and who may. */
describe('people around a change in the browser', () => {
  let world: World;
  let slack: SlackPage;

  beforeAll(async () => {
    world = await createWorld({
      speed: 60,
      jobs: [
        { name: urgentJob, tier: 'gold', step: 720, checkpoints: [700] },
        { name: lateJob, tier: 'silver', step: 360, checkpoints: [350] },
        { name: pilotedJob, tier: 'bronze', step: 910, checkpoints: [900] },
      ],
      configure,
    });
    await world.start('all');
    slack = await openSlackPage(world);
    await failJob(world, urgentJob, 'spot-interruption');
    await failJob(world, lateJob, 'spot-interruption');
    await failJob(world, pilotedJob, 'spot-interruption');
  });
  afterAll(async () => {
    await slack?.close();
    await world?.close();
  });

  const cardWith = (text: string) => slack.card.filter({ hasText: text });

  it('are called when the RTO will be missed, and one acknowledges it', async () => {
    await slack.openThread(urgentJob);
    await slack.button('Acknowledge').waitFor();
    await slack.picture('called', slack.message('Acknowledge'));
    await slack.press('Acknowledge');
    await slack.picture('acknowledged', slack.message('acknowledged it at'));
  });

  it('approve a change that needs two of them, one after the other', async () => {
    await slack.actAs('Priya Nair (lead)');
    await slack.pressAndConfirm('Resume training');
    await slack.actAs('Mira Okafor (lead)');
    await slack.picture('one-approval-of-two', slack.message('one more person'));
    expect(await launches(world)).toHaveLength(0);
  });

  it('hold what Autopilot is about to approve', async () => {
    await slack.openThread(pilotedJob);
    await slack.button('Hold').waitFor();
    await slack.picture('autopilot', slack.message('unless someone holds it'));
    await slack.press('Go now');
    await slack.picture('go-now-question', slack.question);
    await slack.question.getByRole('button', { name: 'Not now' }).click();
    await slack.press('Hold');
    await slack.picture('autopilot-held', slack.message('held what Autopilot was about to approve'));
  });

  it('hand an incident over', async () => {
    await slack.card.locator('.bk-overflow').selectOption({ label: 'Hand over…' });
    await slack.opened();
    await slack.modal.locator('.bk-select').selectOption({ label: 'Jonas Weber (responder)' });
    await slack.picture('hand-over', slack.modal);
    await slack.send();
    await slack.picture('handed-over', slack.message('this incident is yours now'));
  });

  it('silence new threads about a job', async () => {
    await slack.press('Silence new threads');
    await slack.writeAndSend('Known: the zone is short of capacity.', 'silence');
    await slack.picture('card-silenced', cardWith('Known: the zone'));
  });

  it('without a role press a button and read who may', async () => {
    await slack.actAs('Sam Visitor (no role)');
    await slack.pressAndConfirm('Resume training');
    await slack.picture('refused', slack.message('Not done.'));
    await slack.actAs('Mira Okafor (lead)');
  });

  it('see that the RTO was missed', async () => {
    await slack.openThread(lateJob);
    await slack.picture('card-overdue', cardWith('Overdue'));
    await slack.picture('missed', slack.message('RTO is missed'));
  });

  it('break the glass, which the thread and the card say', async () => {
    await slack.openThread(urgentJob);
    const [id = ''] = /rl-\w{8}/.exec(await slack.card.innerText()) ?? [];
    await slack.type(`break-glass ${id} The other leads are on a plane.`);
    await slack.picture('break-glass', slack.message('Break-glass: until'));
    await slack.picture('card-break-glass', cardWith('Break-glass'));
  });
});
