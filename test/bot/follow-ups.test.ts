import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { incidentReadiness } from '../../src/readiness/incident-readiness.ts';
import { startBot, type TestBot } from './a-bot.ts';
import { answerTo, eventsOf, happened, openIncident } from './a-person.ts';

const id = 'rl-test1234';
const by = { user: 'U0LEAD', via: 'button' } as const;
const day = 24 * 3_600_000;

describe('the follow-ups of a postmortem', () => {
  let bot: TestBot;

  beforeEach(async () => {
    bot = await startBot();
    await openIncident(bot);
    await happened(bot, id, [
      { type: 'closed', why: 'given up: no capacity', outcome: 'given-up', by },
      {
        type: 'postmortem-written',
        result: {
          summary: 'training was not recovered',
          durations: [],
          followUps: [
            { what: 'Reserve capacity', owner: 'Ana', due: '2030-01-15' },
            { what: 'Raise the volume', owner: 'Ben', due: '2020-01-15' },
          ],
          trouble: [],
          files: [],
        },
      },
    ]);
  });
  afterEach(async () => bot.close());

  it('are listed by due date with owner and id, those past due first', async () => {
    const answer = await answerTo(bot, 'U0GUEST', 'follow-up');

    expect(answer).toMatch(
      /2 open follow-ups[^]*rl-test1234-2[^]*Ben, by 2020-01-15 \(past due\)[^]*rl-test1234-1/,
    );
  });

  it('are marked as done by a responder, once, also after the incident is closed', async () => {
    expect(await answerTo(bot, 'U0RESP', 'follow-up done rl-test1234-2')).toContain('Marked as done.');
    expect(await answerTo(bot, 'U0LEAD', 'follow-up done rl-test1234-2')).toMatch(
      /Already done by <@U0RESP>/,
    );

    expect(await eventsOf(bot, id, 'follow-up-done')).toMatchObject([{ number: 2, by: { user: 'U0RESP' } }]);
    expect(await answerTo(bot, 'U0LEAD', 'follow-up')).not.toContain('Raise the volume');
  });

  it('are not marked by a guest, and the refusal is in the journal', async () => {
    expect(await answerTo(bot, 'U0GUEST', 'follow-up done rl-test1234-1')).toContain(
      'This needs a responder',
    );

    expect(await eventsOf(bot, id, 'follow-up-done')).toEqual([]);
    expect(await eventsOf(bot, id, 'refused')).toHaveLength(1);
  });

  it('that do not exist get one sentence', async () => {
    expect(await answerTo(bot, 'U0RESP', 'follow-up done rl-test1234-9')).toContain('no such follow-up');
    expect(await answerTo(bot, 'U0RESP', 'follow-up done soon')).toContain('Nothing has changed');
  });

  it('are in the readiness while they are past due', async () => {
    const overdue = async (): Promise<unknown> => {
      const checks = await incidentReadiness(bot.store, Date.now() + day);
      return checks.find(({ part }) => part === 'follow-ups')?.findings;
    };
    expect(await overdue()).toEqual([
      {
        what: 'rl-test1234-2: Raise the volume (Ben, due 2020-01-15)',
        fix: 'do it, then /relight follow-up done rl-test1234-2',
      },
    ]);

    await answerTo(bot, 'U0RESP', 'follow-up done rl-test1234-2');

    expect(await overdue()).toEqual([]);
  });
});
