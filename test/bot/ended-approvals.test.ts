import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { actionIds } from '../../src/bot/ids.ts';
import type { IncidentEvent } from '../../src/incidents/model/events.ts';
import { until } from '../support/until.ts';
import { startBot, type TestBot } from './a-bot.ts';
import { eventsOf, happened, hash, ledger, openIncident, press, toldTo } from './a-person.ts';

const id = 'rl-test1234';
const lead = { user: 'U0LEAD', via: 'button' } as const;
const responder = { user: 'U0RESP', via: 'button' } as const;
const ofFirst = { step: 'resumed', attempt: 1 } as const;
const ofNext = { step: 'resumed', attempt: 2 } as const;
const approved: IncidentEvent = { type: 'step-approved', ...ofFirst, hash, by: lead };
const begun: IncidentEvent = { type: 'step-begun', ...ofFirst, hash };
const failed: IncidentEvent = {
  type: 'step-failed',
  ...ofFirst,
  code: 'quota',
  says: 'No quota',
  next: 'Ask AWS',
};

/** How the approval of a lead can stop counting, and what the thread says then. */
const endings: readonly (readonly [what: string, events: readonly IncidentEvent[], text: RegExp])[] = [
  [
    'a responder chooses other values',
    [approved, { type: 'step-adjusted', ...ofNext, by: responder, answers: { instances: '2' } }],
    /^⚠️ The approval of <@U0LEAD> for \*Resume training\* lapsed at \d\d:\d\d UTC: <@U0RESP> had the request built again\. The new request needs approvals of its own/,
  ],
  [
    'a responder tries a failed change again',
    [approved, begun, failed, { type: 'step-retried', ...ofNext, by: responder }],
    /The approval of <@U0LEAD> .*: <@U0RESP> had the request built again/,
  ],
  [
    'the approver tries a failed change again, whom the thread would not name otherwise',
    [approved, begun, failed, { type: 'step-retried', ...ofNext, by: lead }],
    /The approval of <@U0LEAD> .*: <@U0LEAD> had the request built again/,
  ],
  [
    'a fact has changed that the request relied on',
    [approved, { type: 'step-renewed', ...ofNext, why: 'checkpoint-400 has changed', steps: ['found'] }],
    /The approval of <@U0LEAD> .* lapsed at \d\d:\d\d UTC\. The new request needs approvals/,
  ],
  [
    'the approver has lost the role',
    [approved, { type: 'step-lapsed', ...ofFirst, why: 'U0LEAD is no lead any longer' }],
    /The approval of <@U0LEAD> .* lapsed at \d\d:\d\d UTC\. The same request needs approval again\.$/,
  ],
  [
    'it was given too long ago',
    [
      approved,
      { type: 'step-approved', ...ofFirst, hash, by: { ...lead, user: 'U0LEAD2' } },
      {
        type: 'step-lapsed',
        ...ofFirst,
        why: 'it was given 16 min ago and is valid for 15 min',
        of: ['U0LEAD'],
      },
    ],
    /The approval of <@U0LEAD> .* The same request needs approval again/,
  ],
  [
    'the outcome is known before it is carried out',
    [approved, { type: 'step-skipped', step: 'resumed', reason: 'the outcome is already known' }],
    /^⏭️ The approval of <@U0LEAD> for \*Resume training\* is not needed any longer\.$/,
  ],
];

describe('an approval that no longer counts', () => {
  let bot: TestBot;

  beforeEach(async () => {
    bot = await startBot({ change: { role: 'lead', approvals: 2 } });
    await openIncident(bot, 2);
  });
  afterEach(async () => bot.close());

  /** The messages about approvals, none of which is an edit, since Slack notifies nobody of an edit. */
  async function news(): Promise<readonly string[]> {
    const messages = (await ledger(bot)).messages.filter(({ metadata }) =>
      metadata?.event_payload.key.startsWith('note-'),
    );
    for (const { edits } of messages) expect(edits).toBe(0);
    return messages.map(({ text }) => text);
  }

  it.each(endings)('because %s is told to the approver in a message of its own', async (_, events, text) => {
    await happened(bot, id, events);

    expect(await news()).toEqual([expect.stringMatching(text)]);
    expect((await ledger(bot)).violations).toEqual([]);
  });

  it('because a responder pressed “Try again” on an old copy of the thread is told to the approver', async () => {
    await press(bot, 'U0LEAD');
    await until(async () => (await toldTo(bot, 'U0LEAD'))[0]?.includes('needs 1 more'), 'the approval');
    await press(bot, 'U0RESP', { action: actionIds.retry, value: `${id}.resumed.1.${hash.slice(0, 8)}` });

    const [told] = await until(async () => {
      const all = await news();
      return all.length > 0 && all;
    }, 'the news');
    expect(await eventsOf(bot, id, 'step-adjusted')).toHaveLength(1);
    expect(told).toContain('The approval of <@U0LEAD>');
  });

  it('because the request was declined is told once, by the message that says so', async () => {
    const declined: IncidentEvent = { type: 'step-declined', ...ofFirst, by: responder, reason: 'wrong one' };
    await happened(bot, id, [approved, declined, { type: 'step-retried', ...ofNext, by: responder }]);

    const [told, ...more] = await news();
    expect(told).toContain('<@U0RESP> declined *Resume training*');
    expect(told).toContain('<@U0LEAD>: you asked for it or approved it.');
    expect(more).toEqual([]);
  });
});
