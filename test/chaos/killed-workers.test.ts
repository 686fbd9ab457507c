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

/** The stand-in for AWS knows a worker by its access key. */
interface Worker {
  readonly accessKeyId: string;
  readonly process: RelightProcess;
}

describe('recoveries of all playbooks whose workers are killed at every boundary of their steps', () => {
  let fleet: Fleet;
  let started = 0;
  /** Two, as in compose.yaml. */
  let workers: readonly Worker[];

  afterEach(async () => fleet.world.close());

  it('each go on within 15 s of the kill, and launch, copy, stop and promote exactly once', async (context) => {
    const jobs = brokenJobs(times(200, 20));
    fleet = await startFleet(jobs, { open: 60 });
    const { world, crew } = fleet;
    const began = performance.now();
    await world.start('bot');
    workers = await Promise.all([startWorker(), startWorker()]);
    const tookOver: number[] = [];
    const killedAt = new Set<Boundary>();
    const working = fleet.workUntil(crew.areDone, 'the recoveries', 900_000);
    let kills = 0;
    let killsBoth = false;
    const killing = (async () => {
      let wanted = boundaries;
      while (!crew.areDone()) {
        const accessKeyIds = workers.map((worker) => worker.accessKeyId);
        const standing = await standingAt(world, wanted, accessKeyIds, 5_000);
        if (standing.length === 0) {
          await letGo(world);
          continue;
        }
        // In turn one, while the other one works on, and both.
        const [first] = standing;
        const dying = workers.filter((worker) => killsBoth || worker.accessKeyId === first?.accessKeyId);
        killsBoth = !killsBoth;
        kills += dying.length;
        tookOver.push(...(await replace(dying)));
        const keys = dying.map((worker) => worker.accessKeyId);
        for (const { boundary, accessKeyId } of standing)
          if (keys.includes(accessKeyId)) killedAt.add(boundary);
        wanted = wanted.filter((one) => !killedAt.has(one));
        if (wanted.length === 0) wanted = boundaries;
      }
    })();
    await Promise.all([working, killing]);
    const minutes = (performance.now() - began) / 60_000;

    const verdict = await judge(world, jobs);
    const stalled = (await failedSteps(world)).filter((why) => why.includes('stalled'));
    expect(tookOver).not.toEqual([]);
    expect(killedAt.size).toBeGreaterThanOrEqual(times(12, 6));
    expect(verdict).toEqual({ duplicates: [], missing: [], doubleMessages: [], corruption: [] });
    const what = `T1: ${jobs.length} recoveries, ${kills} workers killed at ${killedAt.size} of ${boundaries.length} boundaries, ${tookOver.length} steps interrupted`;
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

  async function startWorker(): Promise<Worker> {
    started += 1;
    const accessKeyId = `AKIAWORKER${started}`;
    const process = await fleet.world.start('worker', { environment: { AWS_ACCESS_KEY_ID: accessKeyId } });
    return { accessKeyId, process };
  }

  /** Kills workers that stand at boundaries, lets all held calls go, and returns how long their steps stood still. */
  async function replace(dying: readonly Worker[]): Promise<readonly number[]> {
    const { world } = fleet;
    await Promise.all(dying.map(async ({ process }) => process.kill()));
    const killed = performance.now();
    const pids = dying.map(({ process }) => process.pid);
    const left = (await stepsUnderWay(world)).filter(({ pid }) => pids.includes(pid));
    await letGo(world);
    const [next, after] = await Promise.all([
      Promise.all(dying.map(startWorker)),
      takenOverAfter(world, killed, left),
    ]);
    workers = [...workers.filter((worker) => !dying.includes(worker)), ...next];
    return after;
  }
});
