import { afterEach, describe, expect, it } from 'vitest';
import { freePort } from '../../sandbox/listen.ts';
import { failJob } from '../support/aws-ledger.ts';
import { type Collector, type CollectorMood, exportTo, startCollector } from '../support/collector.ts';
import { click, lead, messageOf, waitForButton, waitForRecovery } from '../support/responder.ts';
import { slackRequestsTo } from '../support/slack-requests.ts';
import { until } from '../support/until.ts';
import { createWorld, goldJob, type World } from '../support/world.ts';

describe('the spans of Relight', () => {
  let world: World;
  let collector: Collector | undefined;

  afterEach(async () => {
    await world.close();
    await collector?.close();
    collector = undefined;
  });

  it('are not exported without an endpoint, nor with OTEL_SDK_DISABLED', async (context) => {
    // Where the SDK of OpenTelemetry would send them by itself.
    collector = await startCollector('takes', 4318).catch(() => undefined);
    if (collector === undefined) return context.skip('another program uses the port of collectors');
    world = await createWorld();
    const { OTEL_BSP_SCHEDULE_DELAY = '' } = collector.environment;
    await Promise.all([
      world.start('bot', { environment: { OTEL_BSP_SCHEDULE_DELAY } }),
      world.start('worker', { environment: { ...collector.environment, OTEL_SDK_DISABLED: 'true' } }),
    ]);
    await failJob(world, goldJob, 'spot-interruption');
    await click(world, lead, await waitForButton(world, 'step-resumed', 'Resume training'));
    await waitForRecovery(world);

    await Promise.all(world.processes.map((relight) => relight.stop()));

    expect(world.processes.map((relight) => relight.exitCode())).toEqual([0, 0]);
    expect(collector.requests()).toBe(0);
  });

  it.each<CollectorMood | 'is down'>(['is down', 'hangs', 'refuses'])(
    'cost neither a click nor the stop of the process any time when the collector %s, and one line says so',
    async (mood) => {
      collector = mood === 'is down' ? undefined : await startCollector(mood);
      const environment = collector?.environment ?? exportTo(`http://127.0.0.1:${await freePort()}`);
      const port = await freePort();
      const url = `http://127.0.0.1:${port}/slack/events`;
      world = await createWorld({ slackRequestsTo: url });
      const relight = await world.start('all', { environment, httpMode: true, port });
      await failJob(world, goldJob, 'spot-interruption');
      const { actionId, value } = await waitForButton(world, 'step-resumed', 'Resume training');
      const said = (): number => relight.output().split('spans could not be exported').length - 1;
      await until(() => said() > 0, 'the log to say it');

      const acked = await slackRequestsTo(url).click(lead, actionId, value);
      await until(async () => (await messageOf(world, 'step-resumed'))?.edits, 'the click to be shown');
      const start = performance.now();
      await relight.stop();
      const stopMs = performance.now() - start;

      expect(acked.status).toBe(200);
      expect(acked.ms).toBeLessThan(1_500);
      expect(relight.exitCode()).toBe(0);
      expect(stopMs).toBeLessThan(8_000);
      expect(said()).toBe(1);
    },
  );
});
