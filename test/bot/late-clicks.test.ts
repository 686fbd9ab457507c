import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { replyLimits } from '../../src/bot/clicks/deadline.ts';
import { actionIds, declineFormId } from '../../src/bot/ids.ts';
import { createLog } from '../../src/log.ts';
import { type Connections, connect } from '../../src/redis/connection.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts';
import { until } from '../support/until.ts';
import { startBot, type TestBot } from './a-bot.ts';
import { answerTo, eventsOf, hash, openIncident, press, toldTo } from './a-person.ts';
import { formOpen, submit, typed } from './in-forms.ts';

const id = 'rl-test1234';
const notRecorded = '⚠️ Not recorded, press again.';
/** The entry of the journal that an approval adds. */
const approval = 'step-approved';

/** "Not recorded" must stay true, or be corrected, whatever Redis does with what it was sent. */
describe('a click that was answered with "Not recorded, press again"', () => {
  let server: TestRedis;
  let proxy: TcpProxy;
  let connections: Connections;
  let bot: TestBot;

  beforeEach(async () => {
    server = await startRedis();
    proxy = await startTcpProxy(server.url);
    connections = await connect(proxy.url, createLog('silent'));
    bot = await startBot({ redis: { ...server, client: connections.forAnswers }, limits: replyLimits });
    await openIncident(bot);
  });
  afterEach(async () => {
    server.resume();
    await bot.close();
    await connections.close();
    await proxy.close();
    await server.close();
  });

  const approvals = async (): Promise<number> => (await eventsOf(bot, id, approval)).length;
  const told = async (user: string, text: string): Promise<string> =>
    until(
      async () => (await toldTo(bot, user)).find((said) => said.includes(text)),
      `${user} to be told "${text}"`,
      30_000,
    );
  const redisAnswers = async (): Promise<void> =>
    void (await until(async () => connections.forAnswers.ping().catch(() => undefined), 'Redis to answer'));

  it('has no effect, ever, if Redis was stopped for longer than its deadline and then takes what it was sent', async () => {
    // The write is on its way: only Redis can refuse it now.
    await bot.redis.client.call('CLIENT', 'PAUSE', '2500', 'WRITE');

    await press(bot, 'U0LEAD');
    await told('U0LEAD', notRecorded);
    server.suspend();
    await new Promise((resolve) => setTimeout(resolve, 6_000));
    server.resume();
    await redisAnswers();

    await until(
      async () => (await server.client.info('clients')).includes('blocked_clients:0'),
      'the write to be run',
    );
    expect(await approvals()).toBe(0);
    await press(bot, 'U0LEAD');
    await told('U0LEAD', '✅ Approved. Relight is running it now.');
    expect(await approvals()).toBe(1);
    expect(await toldTo(bot, 'U0LEAD')).not.toContainEqual(expect.stringContaining('after all'));
  });

  it('has no effect, ever, if Redis was stopped before the click and continues 8 s later', async () => {
    server.suspend();

    await press(bot, 'U0LEAD');
    await told('U0LEAD', notRecorded);
    await new Promise((resolve) => setTimeout(resolve, 6_000));
    server.resume();
    await redisAnswers();

    expect(await approvals()).toBe(0);
    await press(bot, 'U0LEAD');
    await told('U0LEAD', '✅ Approved. Relight is running it now.');
    expect(await approvals()).toBe(1);
  });

  it('is corrected and acted upon if Redis recorded it and the reply was lost', async () => {
    proxy.loseReplyTo(approval);

    await press(bot, 'U0LEAD');
    await told('U0LEAD', notRecorded);
    proxy.cut();

    expect(await told('U0LEAD', 'after all')).toBe(
      `⚠️ Your click on ${id} was recorded after all, so do not press again: ✅ Approved. Relight is running it now.`,
    );
    expect(bot.advanced).toContain(id);
    expect(await approvals()).toBe(1);
  });

  it('is corrected for a form too', async () => {
    await press(bot, 'U0LEAD', { action: actionIds.decline });
    await formOpen(bot, declineFormId);
    proxy.loseReplyTo('step-declined');

    const answer = await submit(bot, 'U0LEAD', { reason: typed('the wrong checkpoint') });
    expect(answer).toMatchObject({ ok: false, errors: { reason: notRecorded } });
    proxy.cut();

    expect(await told('U0LEAD', 'after all')).toContain('✅ Declined.');
  });

  it('is corrected for a command too', async () => {
    proxy.loseReplyTo(approval);

    const answer = await answerTo(bot, 'U0LEAD', `step ${id} resumed ${hash.slice(0, 8)}`);
    expect(answer).toContain(notRecorded);
    proxy.cut();

    expect(await told('U0LEAD', 'after all')).toContain('✅ Approved.');
  });
});

describe('a click whose connection is lost with the reply of Redis', () => {
  it('is answered as recorded once, because Redis has it already when it is sent again', async () => {
    const server = await startRedis();
    const proxy = await startTcpProxy(server.url);
    const connections = await connect(proxy.url, createLog('silent'));
    const bot = await startBot({ redis: { ...server, client: connections.forAnswers }, limits: replyLimits });
    await openIncident(bot);
    proxy.cutAtReplyTo(approval);

    await press(bot, 'U0LEAD');

    const said = await until(async () => (await toldTo(bot, 'U0LEAD'))[0], 'the answer');
    expect(said).toContain('✅ Approved. Relight is running it now.');
    expect(await eventsOf(bot, id, approval)).toHaveLength(1);
    await bot.close();
    await connections.close();
    await proxy.close();
    await server.close();
  });
});
