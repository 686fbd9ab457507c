import { afterEach, describe, expect, it } from 'vitest';
import type { IncidentEvent } from '../../src/incidents/model/events.ts';
import { buttonsOf, messageOf, waitForButton } from '../support/responder.ts';
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
const request = { step: 'resumed', attempt: 1, hash } as const;
const earned = { succeeded: 5, failed: 0 };

let bot: TestBot;

function armed(): IncidentEvent {
  return { type: 'autopilot-armed', ...request, until: Date.now() + 5 * 60_000, earned, next: 'auto' };
}

describe('the countdown of Autopilot in a thread', () => {
  afterEach(async () => bot.close());

  it('says when Relight acts and what the step has earned, and a responder holds it with one click', async () => {
    bot = await startBot();
    await openIncident(bot);
    await happened(bot, id, [armed()]);
    const message = await messageOf(bot, 'autopilot-resumed-1');
    const shown = JSON.stringify(message);
    expect(shown).toMatch(
      /Relight will carry out \*Resume training\* in [45]:\d0, at \d\d:\d\d UTC, unless someone holds it/,
    );
    expect(shown).toContain('5 runs succeeded, none failed. It has earned the mode `auto`');
    expect((message === undefined ? [] : buttonsOf(message)).map(({ label }) => label)).toEqual([
      'Hold',
      'Go now',
    ]);

    const hold = await waitForButton(bot, 'autopilot-resumed-1', 'Hold');
    await press(bot, 'U0RESP', { action: hold.actionId, value: hold.value });

    await until(async () => (await eventsOf(bot, id, 'autopilot-held')).length === 1, 'the hold');
    expect(await toldTo(bot, 'U0RESP')).toEqual([
      expect.stringContaining('✅ Held. Autopilot leaves it to people'),
    ]);
    await until(
      async () => JSON.stringify(await standing(bot, 'autopilot-resumed-1')).includes('is over'),
      'the countdown to end',
    );
    await until(
      async () =>
        JSON.stringify((await ledger(bot)).messages).includes(
          '<@U0RESP> held what Autopilot was about to approve',
        ),
      'the thread to name the person',
    );
    expect((await ledger(bot)).violations).toEqual([]);
  });

  it('has Go now, which approves in the name of the person', async () => {
    bot = await startBot();
    await openIncident(bot);
    await happened(bot, id, [armed()]);
    const go = await waitForButton(bot, 'autopilot-resumed-1', 'Go now');
    await press(bot, 'U0LEAD', { action: go.actionId, value: go.value });
    await until(async () => (await eventsOf(bot, id, 'step-approved')).length === 1, 'the approval');
  });

  it('says so when Autopilot approved, and leaves Cancel on the step', async () => {
    bot = await startBot();
    await openIncident(bot);
    await happened(bot, id, [armed(), { type: 'autopilot-approved', ...request, mode: 'veto' }]);
    await waitForButton(bot, 'step-resumed', 'Cancel…');
    const shown = JSON.stringify((await ledger(bot)).messages);
    expect(shown).toContain('Autopilot approved the request, as relight.yaml says: nobody held it in time');
    expect(shown).toContain('Approved by Autopilot at');
  });

  it('says why Autopilot leaves a request to people', async () => {
    bot = await startBot();
    await openIncident(bot);
    await happened(bot, id, [{ type: 'autopilot-disarmed', ...request, why: 'its cost is not known' }]);
    const shown = await until(async () => {
      const text = JSON.stringify((await ledger(bot)).messages);
      return text.includes('Autopilot leaves the request to people') && text;
    }, 'the message');
    expect(shown).toContain('its cost is not known');
  });

  it('is no countdown if Autopilot only suggests: the request says so', async () => {
    bot = await startBot();
    await openIncident(bot);
    await happened(bot, id, [{ type: 'autopilot-suggested', ...request, earned, next: 'veto' }]);
    const shown = await until(async () => {
      const text = JSON.stringify(await standing(bot, 'step-resumed'));
      return text.includes('Autopilot would have approved this.') && text;
    }, 'the line below the request');
    expect(shown).toContain('It has earned the mode `veto`');
  });
});

describe('/relight autopilot', () => {
  afterEach(async () => bot.close());

  it('says that people approve everything without an entry in relight.yaml', async () => {
    bot = await startBot();
    expect(await answerTo(bot, 'U0RESP', 'autopilot')).toContain('Autopilot is off');
  });

  it('lists a demotion with its reason, and a lead resets it, but no other responder', async () => {
    const of = { playbook: 'test-playbook', step: 'resumed', tier: 'gold' };
    bot = await startBot({
      autopilot: [{ ...of, mode: 'veto', wait_minutes: 5, promote_after: 5 }],
    });
    await openIncident(bot);
    await happened(bot, id, [
      armed(),
      { type: 'autopilot-approved', ...request, mode: 'veto' },
      { type: 'step-failed', step: 'resumed', attempt: 1, code: 'aws-quota', says: 'no quota', next: '' },
    ]);
    const shown = await answerTo(bot, 'U0RESP', 'autopilot');
    expect(shown).toContain('0 runs succeeded, 1 failed');
    expect(shown).toContain(
      `It only suggests, because the change that it approved in ${id} failed: no quota`,
    );

    const reset = `autopilot reset ${Object.values(of).join(' ')}`;
    expect(shown).toContain(`/relight ${reset}`);
    expect(await answerTo(bot, 'U0RESP', reset)).toContain('This needs a lead');
    expect(await answerTo(bot, 'U0LEAD', reset)).toContain('✅ Reset');
    expect(await answerTo(bot, 'U0RESP', 'autopilot')).toContain('0 runs succeeded, none failed');
    expect((await bot.refusedCommands.all()).map(({ event }) => event.type)).toEqual([
      'command-refused',
      'autopilot-reset',
    ]);
  });

  it('resets nothing that relight.yaml does not name', async () => {
    bot = await startBot();
    expect(await answerTo(bot, 'U0LEAD', 'autopilot reset spot-interruption resumed bronze')).toContain(
      'Nothing is reset',
    );
  });
});
