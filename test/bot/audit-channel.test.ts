import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { actionIds } from '../../src/bot/ids.ts';
import { createIncidentStore } from '../../src/incidents/journal/store.ts';
import { anOpening } from '../support/a-journal.ts';
import { chain } from '../support/proofs.ts';
import { until } from '../support/until.ts';
import { startBot, type TestBot } from './a-bot.ts';
import { type DeliveryProcess, startDeliveryProcess } from './a-delivery-process.ts';
import {
  answerTo,
  eventsOf,
  happened,
  hash,
  ledger,
  openIncident,
  press,
  type Standing,
  send,
  standing,
} from './a-person.ts';
import { expectHarmless } from './harmless.ts';

const id = 'rl-test1234';
const auditChannel = 'C0AUDIT';
const take = { action: actionIds.take, value: `${id}.take.1.` };

describe('the audit channel', () => {
  let bot: TestBot;
  let processes: DeliveryProcess[];

  beforeEach(async () => {
    bot = await startBot({ auditChannel });
    processes = [await startDeliveryProcess(bot), await startDeliveryProcess(bot)];
  });
  afterEach(async () => {
    await Promise.all(processes.map(async ({ stop }) => stop()));
    await bot.close();
  });

  const told = async (): Promise<Standing[]> =>
    // Every message of Relight in this channel has metadata, as `standing` requires.
    (await ledger(bot)).messages.filter(({ channel }) => channel === auditChannel) as Standing[];
  const toldThat = async (words: string): Promise<Standing[]> =>
    (await told()).filter(({ text }) => text.includes(words));
  const untilTold = async (words: string): Promise<string> =>
    until(async () => (await toldThat(words))[0]?.text, `a line with “${words}”`);
  /** A second delivery of everything, by new processes. */
  const restart = async (): Promise<void> => {
    await Promise.all(processes.map(async ({ stop }) => stop()));
    processes = [await startDeliveryProcess(bot), await startDeliveryProcess(bot)];
    await happened(bot, id, [{ type: 'help-called', call: { users: [], groups: [] }, by: lead }]);
    await untilTold('Called for help');
  };
  const lead = { user: 'U0LEAD', via: 'button' } as const;

  it('tells each decision once, with the person, the incident and a link to its thread, also after a restart', async () => {
    await openIncident(bot, 2);
    await press(bot, 'U0RESP', take);
    await untilTold('Took the incident');
    await press(bot, 'U0LEAD');
    await untilTold('approved');
    await happened(bot, id, [{ type: 'step-begun', step: 'resumed', attempt: 1, hash, marksSent: true }]);
    await untilTold('started');
    await restart();

    const lines = (await told()).map(({ text }) => text.replace(/^[\d-]{10} \d\d:\d\d UTC /, ''));
    expect(lines).toEqual([
      expect.stringMatching(/^<@U0RESP> Took the incident <http[^|]+\|rl-test1234>$/),
      expect.stringMatching(/^<@U0LEAD> .*: approved <http/),
      expect.stringMatching(/^Relight .*: started <http/),
      expect.stringMatching(/^<@U0LEAD> Called for help/),
    ]);
    expect((await told()).map(({ edits }) => edits)).toEqual([0, 0, 0, 0]);
    expect((await ledger(bot)).violations).toEqual([]);
  });

  it('tells a refusal once, and a look at a request not at all', async () => {
    await openIncident(bot);
    await happened(bot, id, [
      { type: 'request-viewed', step: 'resumed', attempt: 1, by: lead },
      { type: 'trail-viewed', by: lead },
    ]);
    await press(bot, 'U0GUEST');
    await untilTold('✋ <@U0GUEST>');
    await restart();

    expect((await eventsOf(bot, id, 'refused')).length).toBe(1);
    expect((await told()).map(({ text }) => text)).toEqual([
      expect.stringContaining('refused'),
      expect.stringContaining('Called for help'),
    ]);
  });

  it('tells a halt once, however many incidents are open, and its end', async () => {
    await openIncident(bot);
    await answerTo(bot, 'U0LEAD', 'halt bad AMI');
    await untilTold('All changes halted (bad AMI)');
    await until(async () => (await eventsOf(bot, id, 'changes-halted')).length > 0, 'the incident to know');
    await answerTo(bot, 'U0LEAD', 'halt off');
    await untilTold('Changes resumed');
    await restart();

    expect((await told()).map(({ text }) => text)).toEqual([
      expect.stringMatching(/UTC <@U0LEAD> All changes halted \(bad AMI\)$/),
      expect.stringMatching(/UTC <@U0LEAD> Changes resumed$/),
      expect.stringContaining('Called for help'),
    ]);
  });

  it('tells a refused start of a job with an open incident once', async () => {
    await openIncident(bot);
    await send(bot, 'U0GUEST', 'start test-playbook srl-rlvr-gold-20251104');
    await untilTold('/relight start');
    await restart();

    expect(await toldThat('/relight start')).toHaveLength(1);
  });

  it('shows reasons that people type as plain text, and who took over', async () => {
    await openIncident(bot);
    await happened(bot, id, [
      { type: 'paused', why: '<!channel> *now* https://evil.example :tada:', by: lead },
      { type: 'handed-over', to: 'U0RESP', by: lead },
    ]);

    await untilTold('Handed the incident over');
    const [paused, handed] = await told();
    expect(paused?.text).toContain('&lt;!channel&gt;');
    expect(JSON.stringify(paused?.blocks)).toContain(
      '"type":"plain_text","text":"Paused the incident (<!channel> *now*',
    );
    expect(handed?.text).toContain('<@U0RESP>');
    expectHarmless(paused?.blocks.map(({ elements = [] }) => elements.slice(0, 2)));
  });

  it('leaves drills out, refusals in them too', async () => {
    const drill = 'drill-test1234';
    const by = { user: 'U0GUEST', via: 'button' } as const;
    await bot.store.open([
      anOpening({ incident: drill, drill: { playbook: 'test-playbook', faults: [], by: 'U0LEAD' } }),
      { type: 'taken', by: lead },
      { type: 'refused', by, why: 'This needs a responder' },
    ]);
    await bot.deliver(drill);
    await openIncident(bot);
    await press(bot, 'U0RESP', take);
    await untilTold('Took the incident');

    expect((await told()).map(({ text }) => text)).toEqual([expect.stringContaining('<@U0RESP> Took')]);
  });

  it('begins with the decisions after Relight first started with it', async () => {
    const yesterday = Date.now() - 24 * 3_600_000;
    const before = createIncidentStore(bot.redis.client, chain, { now: () => yesterday });
    await before.open([anOpening(), { type: 'taken', by: { ...lead, user: 'U0LEAD2' } }]);
    await happened(bot, id, [{ type: 'taken', by: lead }]);

    await untilTold('Took the incident');
    expect((await told()).map(({ text }) => text)).toEqual([expect.stringContaining('<@U0LEAD> Took')]);
  });
});

describe('an audit channel that the bot is not in', () => {
  let bot: TestBot;
  let process: DeliveryProcess;

  beforeEach(async () => {
    bot = await startBot({ auditChannel: 'C0GENERAL' });
    process = await startDeliveryProcess(bot);
  });
  afterEach(async () => {
    await process.stop();
    await bot.close();
  });

  it('does not keep decisions out of the thread', async () => {
    await openIncident(bot);
    await press(bot, 'U0RESP', take);

    const card = async (): Promise<string> => JSON.stringify(await standing(bot, 'card'));
    await until(async () => (await card()).includes('<@U0RESP>'), 'the responder on the card');
    expect((await ledger(bot)).messages.filter(({ channel }) => channel === 'C0GENERAL')).toEqual([]);
  });
});
