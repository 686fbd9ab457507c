import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { credentials } from '../../../sandbox/relight-process.ts';
import { type SlackFront, startSlackFront } from '../../../sandbox/slack/start.ts';
import { genesis, seal } from '../../../src/audit/chain.ts';
import { createNotifier } from '../../../src/bot/slack/notifier.ts';
import { createWebClient } from '../../../src/bot/slack/web-client.ts';
import type { ThreadMessage } from '../../../src/bot/views/thread.ts';
import { OpsError } from '../../../src/errors.ts';
import type { Incident } from '../../../src/incidents/model/incident.ts';
import { incidentFrom } from '../../../src/incidents/model/reduce.ts';
import { createLog } from '../../../src/log.ts';
import type { SendResult, SlackThreads } from '../../../src/outbox/outbox.ts';
import { anOpening } from '../../support/a-journal.ts';
import { getJson, postJson } from '../../support/world.ts';
import { testCatalog, testPlan } from '../a-playbook.ts';

const channel = 'C0INCIDENT';

describe('the thread in Slack', () => {
  let slack: SlackFront;
  let board: SlackThreads<ThreadMessage>;
  let incident: Incident;
  let card: ThreadMessage;

  beforeEach(async () => {
    slack = await startSlackFront({ port: 0, ...credentials });
    board = boardWith(credentials.botToken);
    const events = [
      anOpening(),
      { type: 'playbook-started' as const, playbook: testPlan.id, steps: [...testPlan.steps] },
    ];
    incident = incidentFrom(events.map((event, seq) => seal({ seq, at: Date.now(), event, prev: genesis })));
    card = first(board.render(incident, Date.now()));
  });
  afterEach(async () => slack.close());

  function boardWith(botToken: string, where = channel): SlackThreads<ThreadMessage> {
    const log = createLog('silent');
    const client = createWebClient({ botToken, apiUrl: `${slack.url}/api/` }, log);
    return createNotifier({ client, catalog: testCatalog, channel: where, log });
  }

  function first(messages: readonly ThreadMessage[]): ThreadMessage {
    const [message] = messages;
    if (message === undefined) throw new Error('nothing was rendered');
    return message;
  }

  async function fault(kind: string, method: string, more: object = {}): Promise<void> {
    await postJson(`${slack.url}/_sandbox/faults`, { method, kind, count: 1, ...more });
  }

  async function posted(): Promise<{ ts: string; text: string; blocks: unknown[] }[]> {
    const ledger = (await getJson(`${slack.url}/_sandbox/ledger`)) as {
      messages: { ts: string; text: string; blocks: unknown[] }[];
    };
    return ledger.messages;
  }

  async function sentTs(sent: Promise<SendResult>): Promise<string> {
    const outcome = await sent;
    if (outcome.kind !== 'sent') throw new Error(outcome.kind);
    return outcome.ts;
  }

  it('is found again by its metadata if the response to a post was lost', async () => {
    await fault('drop-after', 'chat.postMessage');

    expect(await board.post(incident, card, undefined)).toEqual({ kind: 'unknown' });

    const ts = (await posted())[0]?.ts;
    expect(await board.find(incident, 'card', undefined)).toBe(ts);
    expect(await board.find(incident, 'step-resumed', ts)).toBeUndefined();
    expect(await board.find({ ...incident, id: 'rl-another' }, 'card', undefined)).toBeUndefined();
  });

  it('is not opened for an incident that was merged into another before it was posted', () => {
    const closed = { at: 0, why: 'it goes on in rl-outage', into: 'rl-outage' };
    const render = (root: 'posted' | 'none') =>
      board.render({ ...incident, closed }, Date.now(), { notes: new Map(), root });

    expect(render('none')).toEqual([]);
    // People who saw it are told where it continues.
    expect(first(render('posted')).text).toContain('closed');
    const ended = { ...incident, closed: { at: 0, why: 'over' } };
    expect(board.render(ended, Date.now(), { notes: new Map(), root: 'none' })).not.toEqual([]);
  });

  it('finds a step in the thread below the card', async () => {
    const root = await sentTs(board.post(incident, card, undefined));
    const step = first(board.render(incident, Date.now()).slice(1));
    const ts = await sentTs(board.post(incident, step, root));

    expect(await board.find(incident, step.key, root)).toBe(ts);
  });

  it('finds a step in a thread with messages from people', async () => {
    const root = await sentTs(board.post(incident, card, undefined));
    const talk = { channel, user: 'U0LEAD', text: 'I am on it', thread_ts: root };
    await postJson(`${slack.url}/_control/message`, talk);
    const step = first(board.render(incident, Date.now()).slice(1));
    const ts = await sentTs(board.post(incident, step, root));

    expect(await board.find(incident, step.key, root)).toBe(ts);
  });

  it('waits as long as Slack asks after too many messages', async () => {
    await fault('ratelimited', 'chat.postMessage', { retryAfter: 7 });

    expect(await board.post(incident, card, undefined)).toEqual({ kind: 'busy', afterMs: 7_000 });
    expect(await posted()).toEqual([]);
  });

  it('does not know whether a post arrived if Slack responded with an internal error', async () => {
    await fault('error', 'chat.postMessage');

    expect(await board.post(incident, card, undefined)).toEqual({ kind: 'unknown' });
  });

  it('is sent as plain text if Slack refuses the blocks, and says how to act without buttons', async () => {
    const tooMany = Array.from({ length: 60 }, () => ({ type: 'divider' }) as const);

    await sentTs(board.post(incident, { ...card, blocks: tooMany }, undefined));

    const [message] = await posted();
    expect(message?.blocks).toEqual([]);
    expect(message?.text).toBe(card.text);
  });

  it('continues past a message that a person deleted', async () => {
    expect(await board.update(incident, card, '1.000001')).toEqual({ kind: 'sent', ts: '1.000001' });
  });

  it.each([
    ['the token', 'xoxb-wrong', channel, 'slack-auth'],
    ['the channel', credentials.botToken, 'C0NOWHERE', 'slack-channel'],
  ])('says that %s is wrong', async (_, token, where, code) => {
    const sent = boardWith(token, where).post(incident, card, undefined);

    await expect(sent).rejects.toThrow(OpsError);
    await expect(sent).rejects.toMatchObject({ code });
  });

  it('posts nothing new when another alarm joins, but names it on the card', () => {
    const another = incident.alarms.map((alarm) => ({ ...alarm, name: 'GpuIdle' }));
    const joined = { ...incident, alarms: [...incident.alarms, ...another] };

    const keys = board.render(joined, 0).map(({ key }) => key);
    expect(keys).toEqual(board.render(incident, 0).map(({ key }) => key));
    expect(JSON.stringify(first(board.render(joined, 0)).blocks)).toContain('Also: GpuIdle');
  });
});
