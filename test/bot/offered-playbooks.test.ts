import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Catalog, loadCatalog, shippedCatalog } from '../../src/playbooks/catalog.ts';
import { anOpening } from '../support/a-journal.ts';
import { click, messageOf, visibleText, waitForButton } from '../support/responder.ts';
import { until } from '../support/until.ts';
import { startBot, type TestBot } from './a-bot.ts';
import { eventsOf, happened, toldTo } from './a-person.ts';

const catalog: Catalog = await loadCatalog([shippedCatalog]);
const { incident: id } = anOpening();
const diagnosis = {
  kind: 'disk_full',
  confidence: 'low',
  strategy: 'none',
  why: 'this is only likely',
  evidence: [],
  suspects: [
    { kind: 'disk_full', why: 'Log: “PytorchStreamWriter failed writing”' },
    { kind: 'hang_or_nccl', why: 'Log: “Watchdog caught collective operation timeout”' },
  ],
  jobStatus: 'Failed',
  secondaryStatus: 'Failed',
  interruptions: 0,
  inputs: {},
};

describe('an investigation of a failure whose cause is only suspected', () => {
  let bot: TestBot;

  beforeEach(async () => {
    bot = await startBot({ catalog });
    const steps = catalog.get('investigate')?.steps.map(({ key }) => key) ?? [];
    await bot.store.open([
      anOpening({ alarm: { ...anOpening().alarm, at: Date.now() } }),
      { type: 'playbook-started', playbook: 'investigate', steps },
    ]);
    await happened(bot, id, [
      { type: 'step-done', step: 'diagnosis', attempt: 1, result: diagnosis },
      { type: 'step-skipped', step: 'metrics', reason: 'not needed' },
      { type: 'step-skipped', step: 'logs', reason: 'not needed' },
    ]);
  });
  afterEach(async () => bot.close());

  it('has a button for each of the two likeliest playbooks, with the words that suggest it', async () => {
    await waitForButton(bot, 'step-choice', 'Resume after a hang');

    const shown = visibleText(await messageOf(bot, 'step-choice'));
    expect(shown).toContain('Retry with more storage: suspected cause: disk full');
    expect(shown).toContain('PytorchStreamWriter failed writing');
    expect(shown).toContain('Watchdog caught collective operation timeout');
  });

  it('goes on with the playbook whose button a responder clicks, and the journal names them', async () => {
    await click(bot, 'U0RESP', await waitForButton(bot, 'step-choice', 'Retry with more storage'));

    await until(async () => (await eventsOf(bot, id, 'step-answered')).length > 0, 'the answer');
    expect(await eventsOf(bot, id, 'step-answered')).toMatchObject([
      {
        step: 'choice',
        by: { user: 'U0RESP', via: 'button' },
        answers: { playbook: 'disk-full', why: expect.any(String) },
      },
    ]);
    expect(bot.advanced).toContain(id);
  });

  it('starts nothing for a guest', async () => {
    await click(bot, 'U0GUEST', await waitForButton(bot, 'step-choice', 'Retry with more storage'));

    await until(async () => (await toldTo(bot, 'U0GUEST')).length > 0, 'the refusal');
    expect((await toldTo(bot, 'U0GUEST')).join()).toContain('This needs a responder');
    expect(await eventsOf(bot, id, 'step-answered')).toEqual([]);
  });

  it('takes no second choice from a button that was clicked already', async () => {
    const button = await waitForButton(bot, 'step-choice', 'Retry with more storage');
    const other = await waitForButton(bot, 'step-choice', 'Resume after a hang');
    await click(bot, 'U0RESP', button);
    await until(async () => (await eventsOf(bot, id, 'step-answered')).length > 0, 'the answer');
    await click(bot, 'U0LEAD', other);

    await until(async () => (await toldTo(bot, 'U0LEAD')).length > 0, 'the sentence about it');
    expect(await eventsOf(bot, id, 'step-answered')).toHaveLength(1);
  });
});
