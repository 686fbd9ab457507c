import { afterEach, describe, expect, it } from 'vitest';
import { atMost, below } from '../../bench/figures.ts';
import type { RelightProcess } from '../../sandbox/relight-process.ts';
import {
  type Boundary,
  boundaries,
  failedSteps,
  letGo,
  standingAt,
  stepsUnderWay,
  takenOverAfter,
} from './support/boundaries.ts';
import { brokenJobs } from './support/broken-jobs.ts';
import { report } from './support/figures.ts';
import { type Fleet, startFleet } from './support/fleet.ts';
import { judge } from './support/oracle.ts';
import { times } from './support/scale.ts';

describe('recoveries of all playbooks whose worker is killed at every boundary of their steps', () => {
  let fleet: Fleet;

  afterEach(async () => fleet.world.close());

  it('each go on within 15 s of the kill, and launch, copy, stop and promote exactly once', async (context) => {
    const jobs = brokenJobs(times(200, 20));
    fleet = await startFleet(jobs, { open: 60 });
    const { world, crew } = fleet;
    const began = performance.now();
    await world.start('bot');
    let worker = await world.start('worker');
    const tookOver: number[] = [];
    const killedAt = new Set<Boundary>();
    const working = fleet.workUntil(crew.areDone, 'the recoveries', 900_000);
    let kills = 0;
    const killing = (async () => {
      let wanted = boundaries;
      while (!crew.areDone()) {
        const at = await standingAt(world, wanted, 5_000);
        if (at.length === 0) {
          await letGo(world);
          continue;
        }
        const { next, after } = await replace(worker, (kills += 1) % 2 === 0);
        worker = next;
        tookOver.push(...after);
        for (const boundary of at) killedAt.add(boundary);
        wanted = wanted.filter((one) => !at.includes(one));
        if (wanted.length === 0) wanted = boundaries;
      }
    })();
    await Promise.all([working, killing]);
    const minutes = (performance.now() - began) / 60_000;

    const verdict = await judge(world, jobs);
    const stalled = (await failedSteps(world)).filter((why) => why.includes('stalled'));
    expect(verdict).toEqual({ duplicates: [], missing: [], doubleMessages: [], corruption: [] });
    const what = `T1: ${jobs.length} recoveries, worker killed ${kills} times at ${killedAt.size} of ${boundaries.length} boundaries, ${tookOver.length} steps interrupted`;
    report(
      context,
      atMost(`${what}: duplicate effects in AWS`, verdict.duplicates.length, 0),
      atMost(`${what}: effects missing`, verdict.missing.length, 0),
      atMost(`${what}: messages posted twice`, verdict.doubleMessages.length, 0),
      atMost(`${what}: steps failed by the stall limit`, stalled.length, 0),
      below(`${what}: longest time until a step went on`, Math.max(...tookOver) / 1_000, 15, 's', 'machine'),
      // For 2 cores without other work.
      below(`${what}: all of it`, minutes, 5, 'min', 'machine'),
    );
  });

  /**
   * Kills the worker that stands at a boundary, and lets all held calls go. In turn it is the only worker, and one of two,
   * as in compose.yaml: then another one is there when it dies.
   */
  async function replace(
    worker: RelightProcess,
    isOneOfTwo: boolean,
  ): Promise<{ readonly next: RelightProcess; readonly after: readonly number[] }> {
    const { world } = fleet;
    const its = new Set((await stepsUnderWay(world)).map((step) => step.worker));
    const other = isOneOfTwo ? await world.start('worker') : undefined;
    await worker.kill();
    const killed = performance.now();
    const left = (await stepsUnderWay(world)).filter((step) => its.has(step.worker));
    await letGo(world);
    const [next, after] = await Promise.all([
      other ?? world.start('worker'),
      takenOverAfter(world, killed, left),
    ]);
    return { next, after };
  }
});
