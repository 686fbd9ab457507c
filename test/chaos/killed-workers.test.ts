import { afterEach, describe, expect, it } from 'vitest';
import { atMost, below, type Figure } from '../../bench/figures.ts';
import type { RelightProcess } from '../../sandbox/relight-process.ts';
import { boundaries, failedSteps, letGo, standsAt, takenOverAfter } from './support/boundaries.ts';
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
    fleet = await startFleet(jobs, { open: 30 });
    const { world, crew } = fleet;
    const began = performance.now();
    await world.start('bot');
    let worker = await world.start('worker');
    const tookOver: number[] = [];
    const killedAt = new Set<string>();

    const working = fleet.workUntil(crew.areDone, 'the recoveries', 900_000);
    const killing = (async () => {
      for (let round = 0; !crew.areDone(); round += 1) {
        const boundary = boundaries[round % boundaries.length] ?? boundaries[0];
        if (boundary === undefined || !(await standsAt(world, boundary, 6_000))) {
          await letGo(world);
          continue;
        }
        const { next, after } = await replace(worker);
        worker = next;
        tookOver.push(...after);
        killedAt.add(boundary.slice(1).join(' '));
      }
    })();
    await Promise.all([working, killing]);
    const minutes = (performance.now() - began) / 60_000;

    const verdict = await judge(world, jobs);
    const stalled = (await failedSteps(world)).filter((why) => why.includes('stalled'));
    expect(verdict).toEqual({ duplicates: [], missing: [], doubleMessages: [], corruption: [] });
    const what = `T1: ${jobs.length} recoveries, worker killed at ${killedAt.size} boundaries, ${tookOver.length} steps interrupted`;
    report(
      context,
      atMost(`${what}: duplicate effects in AWS`, verdict.duplicates.length, 0),
      atMost(`${what}: effects missing`, verdict.missing.length, 0),
      atMost(`${what}: messages posted twice`, verdict.doubleMessages.length, 0),
      atMost(`${what}: steps failed by the stall limit`, stalled.length, 0),
      below(`${what}: longest time until a step went on`, Math.max(...tookOver) / 1_000, 15, 's', 'machine'),
      minutesFigure(`${what}: all of it`, minutes),
    );
  });

  /** Kills the worker, lets the held call go and starts another worker. */
  async function replace(
    worker: RelightProcess,
  ): Promise<{ readonly next: RelightProcess; readonly after: readonly number[] }> {
    const { world } = fleet;
    await worker.kill();
    const killed = performance.now();
    const [next, after] = await Promise.all([
      world.start('worker'),
      takenOverAfter(world, killed),
      letGo(world),
    ]);
    return { next, after };
  }
});

/** The goal is for 2 cores without other work, and for the long form. */
function minutesFigure(what: string, minutes: number): Figure {
  return below(what, minutes, 5, 'min', 'machine');
}
