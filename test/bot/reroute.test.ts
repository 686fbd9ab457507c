import { afterEach, describe, expect, it } from 'vitest';
import type { IncidentEvent } from '../../src/incidents/model/events.ts';
import { submitForm } from '../support/forms.ts';
import { waitForButton } from '../support/responder.ts';
import { until } from '../support/until.ts';
import { startBot, type TestBot } from './a-bot.ts';
import {
  answerTo,
  eventsOf,
  happened,
  hash,
  ledger,
  openIncident,
  press,
  standing,
  toldTo,
} from './a-person.ts';

const id = 'rl-test1234';
const value = `${id}.resumed.1.${hash.slice(0, 8)}`;
const by = { user: 'U0LEAD', via: 'button' } as const;
const of = { step: 'resumed', attempt: 1 } as const;
const begun: readonly IncidentEvent[] = [
  { type: 'step-approved', ...of, hash, by },
  { type: 'step-begun', ...of, hash, marksSent: true },
];

let bot: TestBot;

async function told(user: string, count = 1): Promise<string[]> {
  return until(async () => {
    const texts = await toldTo(bot, user);
    return texts.length >= count && texts;
  }, `${user} to be told ${count} sentences`);
}

describe('a person who goes back to an earlier step', () => {
  afterEach(async () => bot.close());

  it('has it run again, and the buttons of the request say that they are old', async () => {
    bot = await startBot();
    await openIncident(bot);
    await happened(bot, id, [{ type: 'step-declined', ...of, by, reason: 'an older checkpoint is better' }]);

    const done = await submitForm(bot, 'U0RESP', await waitForButton(bot, 'step-resumed', 'Go back…'), {
      step: 'Find checkpoints (found)',
    });

    expect(done).toEqual({ ok: true });
    expect(await told('U0RESP')).toEqual([expect.stringContaining('Going back')]);
    const { states } = await bot.store.load(id);
    expect(states).toMatchObject({
      found: { status: 'waiting', attempt: 2 },
      resumed: { status: 'waiting', attempt: 2 },
    });
    await press(bot, 'U0LEAD', { value });
    expect((await told('U0LEAD'))[0]).toMatch(/an old copy|at another step/);
    const note = await until(
      async () => (await ledger(bot)).messages.find(({ text }) => text.includes('went back to')),
      'the announcement',
    );
    expect(note.text).toContain('<@U0RESP> discarded *Resume training* and went back to *Find checkpoints*');
  });

  it('by command may do so from an open request, whose approvals are discarded', async () => {
    bot = await startBot({ change: { role: 'lead', approvals: 2 } });
    await openIncident(bot, 2);
    await press(bot, 'U0LEAD');
    await told('U0LEAD');

    expect(await answerTo(bot, 'U0RESP', `step ${id} found back`)).toContain('Going back');

    expect((await bot.store.load(id)).states['found']).toMatchObject({ status: 'waiting', attempt: 2 });
  });

  it('cannot do so once a change has been made', async () => {
    bot = await startBot();
    await openIncident(bot);
    await happened(bot, id, [...begun, { type: 'step-done', ...of, result: { job: 'copy' } }]);

    expect(await answerTo(bot, 'U0RESP', `step ${id} found back`)).toContain('a change was made after it');
    expect(await eventsOf(bot, id, 'step-renewed')).toEqual([]);
  });
});

describe('a person who starts another playbook for a job', () => {
  afterEach(async () => bot.close());

  it('by command is asked first if people have worked in the present one, and is told what would be discarded', async () => {
    bot = await startBot({ change: { role: 'lead', approvals: 2 } });
    await openIncident(bot, 2);
    await press(bot, 'U0LEAD');
    await told('U0LEAD');
    const { job, playbook } = await bot.store.load(id);
    expect(playbook).toBe('test-playbook');
    await happened(bot, id, [{ type: 'playbook-started', playbook: 'another', steps: ['first'], by }]);
    const proposal = { headline: 'Launch', request: {}, differences: [], warnings: [] };
    await happened(bot, id, [
      { type: 'step-proposed', step: 'first-2', attempt: 1, proposal, hash, role: 'lead', needs: 2 },
      { type: 'step-approved', step: 'first-2', attempt: 1, hash, by },
    ]);

    const asked = await answerTo(bot, 'U0RESP', `start test-playbook ${job}`);

    expect(asked).toContain('Nothing was started');
    expect(asked).toContain('the open request, 1 approval');
    expect(asked).toContain(`/relight start test-playbook ${job} replace`);
    expect(await eventsOf(bot, id, 'playbook-started')).toHaveLength(2);
  });
});

describe('a step that nothing needs', () => {
  afterEach(async () => bot.close());

  it('is skipped by a person with a reason, and its message names both', async () => {
    bot = await startBot();
    await openIncident(bot);
    await happened(bot, id, [...begun, { type: 'step-done', ...of, result: { job: 'copy' } }]);

    const sent = await submitForm(bot, 'U0RESP', await waitForButton(bot, 'step-document', 'Skip…'), {
      reason: 'It is in our wiki',
    });

    expect(sent).toEqual({ ok: true });
    expect(await told('U0RESP')).toEqual([expect.stringContaining('Skipped')]);
    expect((await bot.store.load(id)).states['document']).toMatchObject({
      status: 'skipped',
      reason: 'It is in our wiki',
      by: 'U0RESP',
    });
    const message = await until(async () => {
      const text = JSON.stringify(await standing(bot, 'step-document'));
      return text.includes('Skipped:') && text;
    }, 'the message to be updated');
    expect(message).toMatch(/Skipped: It is in our wiki.*By <@U0RESP> at/);
  });
});
