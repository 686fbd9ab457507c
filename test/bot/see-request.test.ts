import { afterEach, describe, expect, it } from 'vitest';
import { actionIds } from '../../src/bot/ids.ts';
import { until } from '../support/until.ts';
import { startBot, type TestBot } from './a-bot.ts';
import {
  eventsOf,
  happened,
  hash,
  ledger,
  openBare,
  openIncident,
  plainly,
  press,
  toldTo,
} from './a-person.ts';

describe('"See the request"', () => {
  let bot: TestBot;
  const id = 'rl-test1234';

  afterEach(async () => bot.close());

  const told = async (user: string, count: number): Promise<string[]> =>
    until(async () => {
      const texts = await toldTo(bot, user);
      return texts.length >= count && texts;
    }, `${user} to be told ${count} sentences`);

  it('opens the whole request for a responder, and the journal records once who viewed it', async () => {
    bot = await startBot();
    await openIncident(bot);
    const views = async (): Promise<unknown[]> => (await ledger(bot)).views;

    await press(bot, 'U0RESP', { action: actionIds.request });
    const [view] = await until(
      async () => (await views()).length === 1 && views(),
      'the request to be opened',
    );
    await press(bot, 'U0RESP', { action: actionIds.request });
    await until(async () => (await views()).length === 2, 'the request to be opened again');
    await press(bot, 'U0LEAD', { action: actionIds.request });
    await until(async () => (await views()).length === 3, 'the request to be opened for a lead');

    expect(JSON.stringify(view)).toContain('TrainingJobName');
    const looked = await eventsOf(bot, id, 'request-viewed');
    expect(looked.map((event) => event.type === 'request-viewed' && event.by.user)).toEqual([
      'U0RESP',
      'U0LEAD',
    ]);
  });

  it('does not open for a guest, who is told why, and the journal records the refusal', async () => {
    bot = await startBot();
    await openIncident(bot);

    await press(bot, 'U0GUEST', { action: actionIds.request });

    expect(await told('U0GUEST', 1)).toEqual([expect.stringContaining('This needs a responder')]);
    expect((await ledger(bot)).views).toEqual([]);
    const refused = await eventsOf(bot, id, 'refused');
    expect(refused).toMatchObject([{ by: { user: 'U0GUEST' }, step: 'resumed' }]);
  });

  it('does not claim that the request was sent if the step failed before or during sending, or was only approved', async () => {
    bot = await startBot();
    await openIncident(bot);
    const of = { step: 'resumed', attempt: 1 } as const;
    const opened = async (count: number): Promise<string> => {
      await press(bot, 'U0RESP', { action: actionIds.request });
      const views = await until(async () => {
        const all = (await ledger(bot)).views;
        return all.length === count && all;
      }, 'the request to be opened');
      return JSON.stringify(views.at(-1));
    };

    expect(await opened(1)).toContain('Nothing is sent to AWS until it is approved.');
    await happened(bot, id, [{ type: 'step-approved', ...of, hash, by: { user: 'U0LEAD', via: 'button' } }]);
    expect(await opened(2)).toContain('Approved, but nothing was sent to AWS.');
    await happened(bot, id, [
      { type: 'step-begun', ...of, hash },
      { type: 'step-failed', ...of, code: 'basis-changed', says: 'it changed', next: 'Look again.' },
    ]);

    const failed = await opened(3);
    expect(failed).toContain(
      'Approved and started, but not confirmed: AWS may have received none, some or all of it.',
    );
    expect(failed).not.toContain('Approved and sent');
  });

  it('never shows a secret, nor does the list of changes, even if an old journal contains it in plain text', async () => {
    bot = await startBot();
    const incident = await openBare(bot);
    const proposal = {
      headline: 'Launch copy with hf_abcdefghijklmnopqrstuvwxyz0123456789',
      request: { TrainingJobName: 'copy', Environment: { WANDB_API_KEY: 'local-0001' } },
      differences: [{ field: 'Environment.WANDB_API_KEY', before: 'local-0000', after: 'local-0001' }],
      warnings: ['--hub-token local-0002 was given'],
    };
    await plainly(bot, incident, [
      { type: 'step-done', step: 'found', attempt: 1, result: { checkpoint: 'token=local-0003' } },
      { type: 'step-proposed', step: 'resumed', attempt: 1, proposal, hash, role: 'lead', needs: 1 },
    ]);

    await press(bot, 'U0RESP', { action: actionIds.request });
    await until(async () => (await ledger(bot)).views.length === 1, 'the request to be opened');

    const shown = JSON.stringify(await ledger(bot));
    expect(shown).toContain('Values shown as `[redacted]` are secrets; the real values are sent.');
    expect(shown).toContain('[redacted, changes]');
    expect(shown).not.toMatch(/local-000|hf_abc/);
  });
});
