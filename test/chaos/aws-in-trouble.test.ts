import { afterEach, describe, expect, it } from 'vitest';
import { atMost } from '../../bench/figures.ts';
import type { Fault } from '../../sandbox/aws/faults.ts';
import { addFault } from '../support/aws-ledger.ts';
import { letGo } from './support/boundaries.ts';
import { brokenJobs } from './support/broken-jobs.ts';
import { report } from './support/figures.ts';
import { type Fleet, startFleet } from './support/fleet.ts';
import { judge } from './support/oracle.ts';
import { times } from './support/scale.ts';

const untilCleared = 1_000_000;

/** What each phase does to the calls, in the order in which the phases follow each other. */
const phases: readonly (readonly [name: string, kind: Fault['kind'], every: number])[] = [
  ['10 % of the answers dropped', 'drop-after', 10],
  ['50 % of the answers dropped', 'drop-after', 2],
  ['30 % of the calls throttled', 'throttle', 3],
  ['every call failing with 5xx', 'error-5xx', 1],
];

describe('recoveries of all playbooks while AWS drops answers, throttles and fails', () => {
  let fleet: Fleet;

  afterEach(async () => fleet.world.close());

  it('all finish, and nothing is launched, copied, stopped or promoted twice', async (context) => {
    const jobs = brokenJobs(times(80, 12));
    fleet = await startFleet(jobs, { open: 25 });
    const { world, crew, workUntil } = fleet;
    await Promise.all([world.start('bot'), world.start('worker')]);

    for (const [name, kind, every] of phases) {
      const over = performance.now() + times(60_000, 12_000);
      for (const service of ['sagemaker', 's3', 'logs', 'monitoring'])
        await addFault(world, { service, operation: '*', kind, every, count: untilCleared });
      await workUntil(() => performance.now() > over, name, 120_000);
      await letGo(world);
    }
    await workUntil(crew.areDone, 'the recoveries', 900_000);

    const verdict = await judge(world, jobs);
    expect(verdict).toEqual({ duplicates: [], missing: [], doubleMessages: [], corruption: [] });
    const what = `T3: ${jobs.length} recoveries, answers dropped (10 and 50 %), throttled (30 %), 5xx`;
    report(
      context,
      atMost(`${what}: duplicate effects in AWS`, verdict.duplicates.length, 0),
      atMost(`${what}: recoveries that did not finish`, verdict.missing.length, 0),
      atMost(`${what}: messages posted twice`, verdict.doubleMessages.length, 0),
    );
  });
});
