import { afterEach, describe, expect, it } from 'vitest';
import { actionIds } from '../../src/bot/ids.ts';
import { answerTo, press, standing } from '../bot/a-person.ts';
import { told } from '../bot/in-forms.ts';
import { until } from '../support/until.ts';
import { type Escalation, routingKey, startEscalation } from './an-escalation.ts';

const failedAt = Date.parse('2026-03-29T00:15:00Z');

/** What an on-call tool is told, by workers on a simulated clock. */
describe('an on-call tool', () => {
  let incident: Escalation;

  afterEach(async () => incident.close());

  const start = async (link?: string): Promise<void> => {
    incident = await startEscalation(failedAt, link);
  };
  /** The accepted events, such as `trigger lead`. */
  const events = (): readonly string[] =>
    incident.tool.events.map(({ action, key }) => `${action} ${key.split('.')[1]}`);

  it('gets a complete event without secrets: who, what, how urgent, until when, and the thread', async () => {
    const link = 'https://example.slack.com/archives/C0INCIDENT/p1';
    await start(link);
    const job = `job-hf_${'a1B2c3D4e5F6g7H8'.repeat(2)}ab`;
    await incident.open({ job });
    await incident.pass(30);

    const [event] = incident.tool.events;
    expect(event?.body).toMatchObject({
      routing_key: routingKey,
      event_action: 'trigger',
      dedup_key: expect.stringMatching(/^rl-test1234\.responder\.\d+$/),
      client_url: link,
      payload: {
        summary: expect.stringMatching(
          /spot capacity lost\. 30 min left of the gold RTO, until 01:15 UTC \(rl-test1234\)$/,
        ),
        severity: 'warning',
        timestamp: '2026-03-29T00:45:00.000Z',
        group: 'gold',
        class: 'spot_interruption',
        custom_details: { deadline: '2026-03-29T01:15:00.000Z', responder: 'nobody yet' },
      },
      links: [{ href: link }],
    });
    expect(JSON.stringify(event?.body)).not.toContain('a1B2c3D4');
  });

  it('hears that a responder acknowledged, by the button in the thread or by the command', async () => {
    await start();
    await incident.open();
    await incident.pass(30);
    const message = await standing(incident.bot, 'charge-1');
    expect(JSON.stringify(message)).toContain('<!subteam^S0RESPOND>: press *Acknowledge*');

    await press(incident.bot, 'U0GUEST', acknowledging('responder'));
    expect(await told(incident.bot, 'U0GUEST')).toEqual([expect.stringContaining('This needs a responder')]);
    await press(incident.bot, 'U0RESP', acknowledging('responder'));
    expect(await told(incident.bot, 'U0RESP')).toEqual([
      '✅ Acknowledged. This call is not repeated; the next level still calls.',
    ]);
    await press(incident.bot, 'U0LEAD', acknowledging('responder'));
    expect(await told(incident.bot, 'U0LEAD')).toEqual([
      expect.stringMatching(/^<@U0RESP> acknowledged it at 00:4\d UTC\.$/),
    ]);
    await until(async () => !(await shown()).includes(actionIds.acknowledge), 'the button to go');
    expect(await shown()).not.toContain('<!subteam');
    expect((await incident.bot.store.load(incident.id)).responder).toBeUndefined();

    await incident.pass(48);
    expect(await answerTo(incident.bot, 'U0LEAD', `ack ${incident.id}`)).toContain('Acknowledged.');
    await incident.pass(50);
    expect(events()).toEqual([
      'trigger responder',
      'acknowledge responder',
      'trigger lead',
      'acknowledge lead',
    ]);
  });

  const shown = async (): Promise<string> => JSON.stringify(await standing(incident.bot, 'charge-1'));
  const acknowledging = (level: string) => ({
    action: actionIds.acknowledge,
    value: `${incident.id}.${level}.1.`,
  });
});
