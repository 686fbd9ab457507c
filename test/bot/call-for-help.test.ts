import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { actionIds } from '../../src/bot/ids.ts';
import { peopleForHelp } from '../../src/config/charge-settings.ts';
import { callHelp } from '../../src/incidents/charge/call-help.ts';
import { anOpening } from '../support/a-journal.ts';
import { exampleSettings } from '../support/core.ts';
import { until } from '../support/until.ts';
import { startBot, type TestBot } from './a-bot.ts';
import { eventsOf, ledger, openIncident, press, standing } from './a-person.ts';
import { told } from './in-forms.ts';

const { incident: id } = anOpening();

describe('a person who calls for help', () => {
  let bot: TestBot;

  beforeEach(async () => {
    bot = await startBot();
    await openIncident(bot);
  });
  afterEach(async () => bot.close());

  const call = async (user: string): Promise<void> =>
    press(bot, user, { action: actionIds.callHelp, value: `${id}.help.1.` });

  /** Waits for the first one. */
  const callsInThread = async (): Promise<readonly unknown[]> =>
    until(async () => {
      const { messages } = await ledger(bot);
      const calls = messages.filter(({ text }) => text.includes('calls for help'));
      return calls.length > 0 && calls;
    }, 'the call to be in the thread');

  it('has the contacts mentioned once, however often and by however many people the button is pressed', async () => {
    expect(JSON.stringify(await standing(bot, 'card'))).toContain('Call for help');

    await Promise.all(['U0LEAD', 'U0LEAD', 'U0RESP', 'U0LEAD2'].map(call));

    await until(async () => (await ledger(bot)).ephemerals.length === 4, 'everyone to be told');
    expect(await eventsOf(bot, id, 'help-called')).toHaveLength(1);
    expect(await callsInThread()).toHaveLength(1);
    const { ephemerals, violations } = await ledger(bot);
    expect(ephemerals.filter(({ text }) => text.includes('Nobody was mentioned again'))).toHaveLength(3);
    expect(violations).toEqual([]);
  });

  it('gets the link to AWS Support with the job, the Region, the time and the failure to paste', async () => {
    await call('U0LEAD');
    const [message] = (await callsInThread()).map((one) => JSON.stringify(one));

    expect(message).toContain('<!subteam^S0LEADS>');
    expect(message).toContain('https://support.console.aws.amazon.com/support/home#/case/create');
    expect(message).toContain('SageMaker training job: srl-rlvr-gold-20251104');
    expect(message).toContain('Region: us-east-1');
    expect(message).toMatch(/Failed: \d{4}-\d\d-\d\d \d\d:\d\d UTC/);
    expect(message).toContain('MaxWaitTimeExceeded');
  });

  it('does not become the responder by that, so that people are still called to take the incident', async () => {
    await call('U0RESP');

    expect(await told(bot, 'U0RESP')).toEqual([expect.stringContaining('Help is called')]);
    expect(JSON.stringify(await standing(bot, 'card'))).toContain('Responder: nobody yet');
  });

  it('is refused without the role, and the refusal is in the journal', async () => {
    await call('U0GUEST');

    expect(await told(bot, 'U0GUEST')).toEqual([expect.stringContaining('This needs a responder')]);
    expect(await eventsOf(bot, id, 'help-called')).toEqual([]);
    expect(await eventsOf(bot, id, 'refused')).toMatchObject([{ by: { user: 'U0GUEST' } }]);
  });

  it('can call again after five minutes, but not for an incident that is over', async () => {
    const by = { user: 'U0LEAD', via: 'button' } as const;
    const people = { users: ['U0ONCALL'], groups: [] };
    const minute = 60_000;
    const present = { ...(await bot.store.load(id)), help: { by: 'U0RESP', at: 0 } };
    const after = (now: number) =>
      callHelp(present, { by, now, authorize: () => ({ allowed: true }) }, people);

    expect(after(5 * minute - 1)).toMatchObject({
      events: [],
      answer: { kind: 'help-coming', by: 'U0RESP' },
    });
    expect(after(5 * minute)).toMatchObject({ events: [{ type: 'help-called', call: people }] });
    const over = { ...present, recovered: { at: 0, how: 'it trains' } };
    expect(
      callHelp(over, { by, now: 9 * minute, authorize: () => ({ allowed: true }) }, people),
    ).toMatchObject({ events: [], answer: { kind: 'end-known' } });
  });
});

describe('the people who are called for help', () => {
  it('are the contacts of the tier, or the leads if it has none', () => {
    const settings = exampleSettings();
    const gold = settings.tiers['gold'];
    if (gold === undefined) throw new Error('the example has no gold tier');
    const contacts = { users: ['U0ONCALL'], groups: ['S0ONCALL'] };

    expect(peopleForHelp({ ...settings, tiers: { gold: { ...gold, contacts } } }, 'gold')).toEqual(contacts);
    expect(
      peopleForHelp(
        { ...settings, tiers: { gold: { ...gold, contacts: { users: [], groups: [] } } } },
        'gold',
      ),
    ).toMatchObject({ groups: ['S0LEADS'] });
    expect(peopleForHelp(settings, 'a tier that is gone')).toMatchObject({ groups: ['S0LEADS'] });
  });
});
