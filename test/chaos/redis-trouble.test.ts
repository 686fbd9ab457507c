import { afterEach, describe, expect, it } from 'vitest';
import { atMost, below } from '../../bench/figures.ts';
import { awsLedger, failJob, launches } from '../support/aws-ledger.ts';
import { click, lead, messageOf, waitForButton } from '../support/responder.ts';
import { until } from '../support/until.ts';
import { createWorld, goldJob, type World } from '../support/world.ts';
import { report } from './support/figures.ts';
import { times } from './support/scale.ts';

/** An approval that waits for a person when Redis fails, and is pressed when it is back. */
describe('a recovery whose Redis', () => {
  let world: World;

  afterEach(async () => world.close());

  const seconds = async (count: number): Promise<void> =>
    new Promise((resolve) => setTimeout(resolve, count * 1_000));

  const down = (count: number) => async (): Promise<void> => {
    await world.redis.crash();
    await seconds(count);
    await world.redis.restart();
  };
  const troubles: readonly (readonly [name: string, trouble: () => Promise<void>])[] = [
    ['is down for 3 s', down(3)],
    ['is down for 15 s', down(15)],
    ['is down for 90 s', down(90)],
    [
      'is paused for 40 s',
      async () => {
        world.redis.suspend();
        await seconds(40);
        world.redis.resume();
      },
    ],
    [
      'is read-only for 20 s',
      async () => {
        await world.redis.client.call('REPLICAOF', '127.0.0.1', '1');
        await seconds(20);
        await world.redis.client.call('REPLICAOF', 'NO', 'ONE');
      },
    ],
    [
      'is out of memory for 20 s',
      async () => {
        await world.redis.client.config('SET', 'maxmemory', '1mb');
        await seconds(20);
        await world.redis.client.config('SET', 'maxmemory', '0');
      },
    ],
  ];

  it.for(troubles.slice(0, times(troubles.length, 1)))(
    '%s goes on within 10 s of its return, with one launch',
    async ([name, trouble], context) => {
      world = await createWorld();
      await world.start('bot');
      await world.start('worker');
      await failJob(world, goldJob, 'spot-interruption');
      const button = await waitForButton(world, 'step-resumed', 'Resume training');

      await trouble();
      const back = performance.now();
      // A click that is not recorded is pressed again, as its answer says.
      await until(
        async () => {
          await click(world, lead, button);
          return (await launches(world)).length > 0;
        },
        'the launch',
        60_000,
      );
      const tookMs = performance.now() - back;

      await until(async () => (await messageOf(world, 'card'))?.text.includes('Recovered'), 'the recovery');
      expect(await launches(world)).toHaveLength(1);
      expect((await awsLedger(world)).corruption).toEqual([]);
      for (const relight of world.processes) expect(relight.exitCode(), relight.output()).toBeNull();
      report(
        context,
        atMost(`T5: Redis ${name}: launches beside the approved one`, (await launches(world)).length - 1, 0),
        below(`T5: Redis ${name}: from its return to the launch`, tookMs / 1_000, 10, 's', 'machine'),
      );
    },
  );
});
