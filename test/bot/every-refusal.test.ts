import { afterEach, describe, expect, it } from 'vitest';
import { actionIds } from '../../src/bot/ids.ts';
import { until } from '../support/until.ts';
import { startBot, type TestBot } from './a-bot.ts';
import { answerTo, eventsOf, openIncident, press, send, toldTo } from './a-person.ts';

const id = 'rl-test1234';

/** Commands that people without a role may not send, all different. */
function commands(): readonly string[] {
  const numbers = Array.from({ length: 25 }, (_, n) => n);
  return [
    ...numbers.map((n) => `start test-playbook srl-rlvr-gold-${n}`),
    ...numbers.map((n) => `checkpoints unblock s3://srl/checkpoint-${n}/`),
    ...numbers.map((n) => `checkpoints srl-rlvr-gold-${n} s3://srl/checkpoints/`),
    ...numbers.map((n) => `halt because of reason ${n}`),
  ];
}

/** Commands about the incident, whose journal records the refusal. */
const aboutIncident = ['take', 'pause', 'close', 'handover', 'silence', 'break-glass'] as const;

describe('every refusal', () => {
  let bot: TestBot;

  afterEach(async () => bot.close());

  it('is told to the person alone and is in a journal: commands, buttons, other channels and people’s own requests', async () => {
    bot = await startBot();
    await openIncident(bot);
    const refused = commands();

    for (const command of refused)
      expect(await answerTo(bot, 'U0GUEST', command), command).toContain('⚠️ Not done. This needs a');
    const inWorkspace = await until(async () => {
      const all = await bot.refusedCommands.all();
      return all.length >= refused.length && all;
    }, 'the refused commands');
    expect(inWorkspace).toHaveLength(refused.length);

    for (const word of aboutIncident)
      expect(await answerTo(bot, 'U0GUEST', `${word} ${id} nobody else is awake`), word).toContain(
        'Not done',
      );
    const actions = ['approve', 'request', 'decline', 'form'] as const;
    for (const action of actions) await press(bot, 'U0GUEST', { action: actionIds[action] });
    await press(bot, 'U0RESP');
    const elsewhere = ['pause', 'take', 'close', 'reopen', 'handover', 'show', 'silence'];
    for (const word of elsewhere) await send(bot, 'U0LEAD', `${word} ${id}`, 'C0GENERAL');

    const inIncident = await until(async () => {
      const all = await eventsOf(bot, id, 'refused');
      return all.length >= aboutIncident.length + actions.length + 1 + 4 && all;
    }, 'the refusals in the journal of the incident');
    expect(inIncident.length + inWorkspace.length).toBeGreaterThanOrEqual(100);
    expect((await toldTo(bot, 'U0RESP')).join()).toContain('This needs a lead. Ask <!subteam^S0LEADS>');
  });
});
