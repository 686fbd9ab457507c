import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { choosePlaybookForm } from '../../src/bot/clicks/playbook-forms.ts';
import { thread } from '../../src/bot/views/thread.ts';
import { apply } from '../../src/incidents/model/reduce.ts';
import { type Catalog, loadCatalog, shippedCatalog } from '../../src/playbooks/catalog.ts';
import { anOpening } from '../support/a-journal.ts';
import { submitForm } from '../support/forms.ts';
import { click, messageOf, visibleText, waitForButton, waitForText } from '../support/responder.ts';
import { until } from '../support/until.ts';
import { startBot, type TestBot } from './a-bot.ts';
import { eventsOf, happened, toldTo } from './a-person.ts';

const catalog: Catalog = await loadCatalog([shippedCatalog]);
const { incident: id } = anOpening();
const failedStep = 'step-checkpoint';
const by = { user: 'U0LEAD', via: 'button' } as const;

describe('a person at a step where the playbook is stuck', () => {
  let bot: TestBot;

  beforeEach(async () => {
    bot = await startBot({ catalog });
    await bot.store.open([
      anOpening({ alarm: { ...anOpening().alarm, at: Date.now() } }),
      { type: 'playbook-started', playbook: 'spot-interruption', steps: stepsOf('spot-interruption') },
    ]);
    await happened(bot, id, [
      { type: 'step-skipped', step: 'diagnosis', reason: 'known already' },
      {
        type: 'step-failed',
        step: 'checkpoint',
        attempt: 1,
        code: 'no-checkpoint',
        says: 'No checkpoint can be used to resume: there is no folder',
        next: 'Restore from a backup.',
        backup: true,
      },
    ]);
  });
  afterEach(async () => bot.close());

  it.each([
    ['Restore from a backup', 'restore-from-backup'],
    ['Start over from scratch', 'restart-from-scratch'],
  ])(
    'clicks “%s”, which starts that playbook at its first step, and the journal says who chose it',
    async (label, playbook) => {
      await click(bot, 'U0LEAD', await waitForButton(bot, failedStep, label));

      await until(async () => (await chosen()).length > 0, 'the playbook to take over');
      expect(await chosen()).toMatchObject([{ playbook, chosen: true, by, why: 'a person chose it' }]);
      expect(await bot.store.load(id)).toMatchObject({
        playbook,
        pinned: expect.arrayContaining(['diagnosis-2']),
      });
      await waitForText(bot, failedStep, 'has since taken over');
      expect(bot.advanced).toContain(id);
    },
  );

  it('reads before the choice how long each playbook takes, and which of them would miss the RTO', async () => {
    const pace = {
      start: { capacityMinutes: 6, provisioningMinutes: 4 },
      logEveryMinutes: 2,
      earlier: {
        playbooks: { 'restore-from-backup': { recoveries: 3, medianMinutes: 90 } },
        changes: {},
      },
    };
    const done = {
      at: Date.now(),
      event: { type: 'step-done', step: 'diagnosis', attempt: 1, result: { pace } },
    } as const;
    const { states, ...rest } = await bot.store.load(id);
    const incident = apply(
      { ...rest, states: { ...states, diagnosis: { status: 'waiting', attempt: 1 } } },
      done,
    );

    const { asks } = choosePlaybookForm(incident, catalog);
    expect(asks).toMatch(/Time to recovery: ≈ 12 min, in time for the RTO if started by \d\d:\d\d UTC; /);
    expect(asks).toContain('Restore from a backup: ≈ 90 min, misses the RTO');
    expect(asks).toMatch(/; [^;]*Fix the training data and retry[^;]*: unknown/);
    expect(JSON.stringify(thread(incident, catalog.get, Date.now()))).toContain(
      'Restore from a backup. ⚠️ ≈ 90 min, done about',
    );
  });

  it('chooses any other playbook for jobs in a form', async () => {
    const button = await waitForButton(bot, failedStep, 'Choose a playbook');
    const title = catalog.get('bad-checkpoint')?.title ?? '';
    await submitForm(bot, 'U0RESP', button, { playbook: `${title} (bad-checkpoint)` });

    await until(async () => (await chosen()).length > 0, 'the playbook to take over');
    expect(await chosen()).toMatchObject([
      { playbook: 'bad-checkpoint', chosen: true, by: { user: 'U0RESP', via: 'form' } },
    ]);
  });

  it('says that training is running again, and the incident has recovered, with their words and their name', async () => {
    await tell('Training is running again', 'started on another account');

    expect((await bot.store.load(id)).recovered).toMatchObject({
      how: 'A person says: it trains again, started on another account',
      elsewhere: true,
    });
    expect(await eventsOf(bot, id, 'recovered')).toMatchObject([{ by: { user: 'U0LEAD', via: 'form' } }]);
    expect(await waitForText(bot, 'card', 'started on another account')).toContain('Recovered');
  });

  it.each([
    ['Recovery was abandoned', 'it was given up'],
    ['No further action is needed', 'nothing more is needed'],
  ])('says “%s”, which is recorded as the outcome and not as a recovery', async (option, words) => {
    await tell(option, 'an old experiment');

    expect(await eventsOf(bot, id, 'outcome-told')).toMatchObject([
      { says: `A person says: ${words}, an old experiment`, by: { user: 'U0LEAD', via: 'form' } },
    ]);
    expect((await bot.store.load(id)).recovered).toBeUndefined();
    const card = await waitForText(bot, 'card', `${words}, an old experiment`);
    expect(card).not.toContain('Recovered in');
    await until(
      async () => !visibleText(await messageOf(bot, failedStep)).includes('Choose a playbook'),
      'the buttons to disappear',
    );
  });

  it('without a role cannot choose or end anything, and both attempts are recorded as refused', async () => {
    const end = await waitForButton(bot, failedStep, 'Say how it ended');
    await click(bot, 'U0GUEST', await waitForButton(bot, failedStep, 'Restore from a backup'));
    await submitForm(bot, 'U0GUEST', end, { outcome: 'Recovery was abandoned', why: 'no need' });

    await until(async () => (await eventsOf(bot, id, 'refused')).length === 2, 'both refusals');
    expect((await toldTo(bot, 'U0GUEST')).join()).toContain('This needs a responder');
    expect(await chosen()).toEqual([]);
    expect(await bot.store.load(id)).not.toHaveProperty('outcome');
  });

  it('clicks an old copy after the next playbook has started, is told so, and nothing starts twice', async () => {
    const button = await waitForButton(bot, failedStep, 'Start over from scratch');
    await click(bot, 'U0LEAD', button);
    await until(async () => (await chosen()).length > 0, 'the playbook to take over');
    await click(bot, 'U0LEAD2', button);

    await until(
      async () => (await toldTo(bot, 'U0LEAD2')).join().includes('an old copy of the message'),
      'the sentence about the old copy',
    );
    expect(await chosen()).toHaveLength(1);
  });

  async function tell(outcome: string, why: string): Promise<void> {
    const button = await waitForButton(bot, failedStep, 'Say how it ended');
    await submitForm(bot, 'U0LEAD', button, { outcome, why });
    await until(
      async () =>
        [...(await eventsOf(bot, id, 'recovered')), ...(await eventsOf(bot, id, 'outcome-told'))].length > 0,
      'how it ended',
    );
  }

  /** The playbooks that took over from the first one. */
  async function chosen(): Promise<unknown[]> {
    return (await eventsOf(bot, id, 'playbook-started')).slice(1);
  }
});

function stepsOf(playbook: string): string[] {
  return catalog.get(playbook)?.steps.map(({ key }) => key) ?? [];
}
