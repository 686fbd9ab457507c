import { afterEach, describe, expect, it } from 'vitest';
import { atMost } from '../../bench/figures.ts';
import { addFault, heldRequests } from '../support/aws-ledger.ts';
import { until } from '../support/until.ts';
import { letGo, stepsUnderWay, takenOverAfter } from './support/boundaries.ts';
import { brokenJobs } from './support/broken-jobs.ts';
import { report } from './support/figures.ts';
import { type Fleet, startFleet } from './support/fleet.ts';
import { judge } from './support/oracle.ts';
import { times } from './support/scale.ts';

/** How many changes one worker has under way when it is suspended. */
const atOnce = 10;

describe('workers that are suspended beside a change and wake up after others took over', () => {
  let fleet: Fleet;

  afterEach(async () => fleet.world.close());

  it('leave one effect and one message per change', async (context) => {
    const jobs = brokenJobs(times(100, 10), [
      'spot-interruption',
      'disk-full',
      'restore-from-backup',
      'invalid-data',
    ]);
    fleet = await startFleet(jobs, { open: atOnce });
    const { world, crew, workUntil } = fleet;
    await world.start('bot');
    let worker = await world.start('worker');
    let suspended = 0;

    for (let round = 0; !crew.areDone(); round += 1) {
      const kind = round % 2 === 0 ? 'hang-before' : 'hang-after';
      for (const [service, operation] of [
        ['sagemaker', 'CreateTrainingJob'],
        ['s3', 'CopyObject'],
      ] as const)
        await addFault(world, { service, operation, kind, count: atOnce });
      const over = performance.now() + 15_000;
      const held = async (): Promise<number> => (await heldRequests(world)).length;
      await workUntil(
        async () => crew.areDone() || (await held()) >= atOnce || performance.now() > over,
        'changes under way',
        60_000,
      );
      const zombie = worker;
      process.kill(zombie.pid, 'SIGSTOP');
      const left = await stepsUnderWay(world);
      suspended += await held();
      worker = await world.start('worker');
      await takenOverAfter(world, performance.now(), left);
      await letGo(world);
      process.kill(zombie.pid, 'SIGCONT');
      // It finds out that it lost its steps, and stops by itself.
      const awake = performance.now() + 3_000;
      await workUntil(() => performance.now() > awake, 'the zombie to wake up', 30_000);
      await until(() => zombie.exitCode() === null, 'the zombie to survive');
      await zombie.kill();
    }

    const verdict = await judge(world, jobs);
    expect(verdict).toEqual({ duplicates: [], missing: [], doubleMessages: [], corruption: [] });
    const what = `T6: ${jobs.length} recoveries, worker suspended beside ${suspended} calls that change something`;
    report(
      context,
      atMost(`${what}: duplicate effects in AWS`, verdict.duplicates.length, 0),
      atMost(`${what}: effects missing`, verdict.missing.length, 0),
      atMost(`${what}: messages posted twice`, verdict.doubleMessages.length, 0),
    );
  });
});
