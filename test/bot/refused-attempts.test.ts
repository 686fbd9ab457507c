import { afterEach, describe, expect, it } from 'vitest';
import { firstBreak } from '../../src/audit/chain.ts';
import { incidentIds } from '../../src/incidents/intake/incident-ids.ts';
import { RefusedCommand } from '../../src/incidents/refused-commands.ts';
import { anOpening } from '../support/a-journal.ts';
import { goodEnvironment, runRelight } from '../support/run-relight.ts';
import { until } from '../support/until.ts';
import { startBot, type TestBot } from './a-bot.ts';
import { eventsOf, happened, openIncident, repliesTo, send } from './a-person.ts';

/** The README promises that every attempt is in a journal, refused ones included. */
describe('a refused attempt', () => {
  let bot: TestBot;
  const id = 'rl-test1234';
  const job = 'srl-rlvr-gold-7';

  afterEach(async () => bot.close());

  async function refusedReply(user: string, text: string): Promise<string> {
    const before = (await repliesTo(bot, user)).length;
    await send(bot, user, text);
    const replies = await until(async () => {
      const all = await repliesTo(bot, user);
      return all.length > before && all;
    }, `an answer to ${text}`);
    return replies.at(-1) ?? '';
  }

  it('to start a playbook is in the hash-chained journal of the workspace, with who, what and why, once per person', async () => {
    bot = await startBot();

    expect(await refusedReply('U0GUEST', `start test-playbook ${job}`)).toContain('Not done');
    expect(await refusedReply('U0GUEST', `start test-playbook ${job}`)).toContain('Not done');
    await refusedReply('U0GUEST', 'start test-playbook srl-rlvr-gold-8');
    await send(bot, 'U0LEAD', `start test-playbook ${job}`, 'C0GENERAL');

    const entries = await until(async () => {
      const all = await bot.refusedCommands.all();
      return all.length >= 3 && all;
    }, 'three refusals to be recorded');
    const refused = entries.map(({ event }) => RefusedCommand.parse(event));
    expect(refused.map(({ by, command }) => [by.user, command])).toEqual([
      ['U0GUEST', `start test-playbook ${job}`],
      ['U0GUEST', 'start test-playbook srl-rlvr-gold-8'],
      ['U0LEAD', `start test-playbook ${job}`],
    ]);
    expect(refused.map(({ why }) => why)).toEqual([
      expect.stringContaining('This needs a responder'),
      expect.stringContaining('This needs a responder'),
      expect.stringContaining('can only be done in <#C0INCIDENT>'),
    ]);
    expect(firstBreak(entries)).toBeUndefined();
    expect(await bot.store.ids('all')).toEqual([]);
  });

  it('to start a playbook is also in the journal of the job’s open incident', async () => {
    bot = await startBot();
    const [incident = ''] = incidentIds('us-east-1', job);
    await bot.store.open([anOpening({ incident, job })]);

    await refusedReply('U0GUEST', `start test-playbook ${job}`);

    await until(async () => (await eventsOf(bot, incident, 'refused')).length > 0, 'the refusal');
    expect(await eventsOf(bot, incident, 'refused')).toMatchObject([
      {
        by: { user: 'U0GUEST', via: 'command' },
        why: expect.stringContaining(`/relight start test-playbook ${job}`),
      },
    ]);
  });

  it.each([
    ['show', `show ${id}`],
    ['step', `step ${id} resumed abcdef01`],
  ])('by /relight %s is in the journal of its incident', async (_, text) => {
    bot = await startBot();
    await openIncident(bot);
    const until1h = Date.now() + 3_600_000;
    await happened(bot, id, [{ type: 'held', hold: 'maintenance-1', name: 'upgrade', until: until1h }]);

    await refusedReply('U0GUEST', text);

    await until(async () => (await eventsOf(bot, id, 'refused')).length > 0, 'the refusal to be recorded');
    expect(await eventsOf(bot, id, 'refused')).toMatchObject([{ by: { user: 'U0GUEST', via: 'command' } }]);
  });

  it('is listed by relight audit refused, which detects tampering', async () => {
    bot = await startBot();
    await refusedReply('U0GUEST', `start test-playbook ${job}`);
    await refusedReply('U0GUEST', 'start test-playbook srl-rlvr-gold-8');
    await until(async () => (await bot.refusedCommands.all()).length === 2, 'two refusals');
    const environment = { ...goodEnvironment, REDIS_URL: bot.redis.url };

    const whole = await runRelight(['audit', 'refused'], environment);
    await bot.redis.client.lpop('{relight}:journal-of-workspace');
    const broken = await runRelight(['audit', 'refused'], environment);

    expect(whole).toMatchObject({ code: 0, err: '' });
    expect(whole.out).toContain(`U0GUEST  /relight start test-playbook ${job}: This needs a responder`);
    expect(broken.code).toBe(1);
    expect(broken.err).toContain('entry 0 does not match the hash of the one before it');
  });
});
