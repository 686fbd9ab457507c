import { pino } from 'pino';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Relight, startRelight } from '../../src/app/main.ts';
import { readConfig } from '../../src/config/environment.ts';
import { aNotification, createSigner, topic } from '../alarms/a-topic.ts';
import { anAlarm } from '../alarms/an-alarm-handler.ts';
import { failJob } from '../support/aws-ledger.ts';
import { messageOf, slackLedger, visibleText } from '../support/responder.ts';
import { until } from '../support/until.ts';
import { createWorld, goldJob, type World } from '../support/world.ts';

describe('a failure is announced exactly once', () => {
  let world: World;
  const rootMessages = async () =>
    (await slackLedger(world)).messages.filter(({ thread_ts }) => thread_ts === undefined);

  afterEach(async () => {
    vi.unstubAllEnvs();
    await world.close();
  });

  it('by the poller when no message reaches Relight', async () => {
    world = await createWorld({ configure: (yaml) => yaml.replace('poll_seconds: 60', 'poll_seconds: 5') });
    await failJob(world, goldJob, 'spot-interruption');
    await world.start('all', { environment: { ALARM_QUEUE_URL: '' } });

    await until(
      async () => visibleText(await messageOf(world, 'card')).includes(goldJob),
      'the card of the failed job',
    );
    expect(await rootMessages()).toHaveLength(1);
  });

  it.each([
    ['to a process with all roles', ['all']],
    ['to the bot, as with the single published port of compose.yaml', ['bot', 'worker']],
  ])('by a signed SNS message posted %s when no other path reports it', async (_, roles) => {
    world = await createWorld({
      configure: (yaml) => `${yaml}\nsns:\n  topics: ["${topic}"]\n`,
    });
    const variables = { ...world.environment(), ALARM_QUEUE_URL: '' };
    for (const [name, value] of Object.entries(variables))
      if (name.startsWith('AWS_')) vi.stubEnv(name, value);
    const now = Date.now();
    const day = 24 * 60 * 60_000;
    const signer = await createSigner({ from: now - day, to: now + day });
    const started: Relight[] = [];
    try {
      for (const RELIGHT_ROLE of roles)
        started.push(
          await startRelight(readConfig({ ...variables, RELIGHT_ROLE }), pino({ level: 'silent' }), {
            certificate: async () => signer.certificate,
          }),
        );
      const message = aNotification({
        Timestamp: new Date(now).toISOString(),
        Message: anAlarm('ALARM', now, { job: goldJob }),
      });
      const post = async (envelope: unknown) =>
        fetch(`http://127.0.0.1:${started[0]?.port}/alarms/sns`, {
          method: 'POST',
          headers: { 'content-type': 'text/plain; charset=UTF-8' },
          body: JSON.stringify(envelope),
        });

      expect((await post({ ...message, Signature: 'Zm9yZ2Vk' })).status).toBe(403);
      for (let copy = 0; copy < 3; copy += 1) expect((await post(signer.sign(message))).status).toBe(200);

      await until(
        async () => visibleText(await messageOf(world, 'card')).includes(goldJob),
        'the card of the job that the alarm is about',
      );
      expect(await rootMessages()).toHaveLength(1);
    } finally {
      await Promise.all(started.map(async (relight) => relight.close(1_000)));
    }
  });
});
