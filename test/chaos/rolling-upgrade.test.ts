import { afterEach, describe, expect, it } from 'vitest';
import { atMost } from '../../bench/figures.ts';
import { built } from '../../sandbox/built-relight.ts';
import type { RelightProcess } from '../../sandbox/relight-process.ts';
import { failedSteps } from './support/boundaries.ts';
import { brokenJobs, type KindName, kinds } from './support/broken-jobs.ts';
import { report } from './support/figures.ts';
import { type Fleet, startFleet } from './support/fleet.ts';
import { judge } from './support/oracle.ts';
import { buildVersion, previousCommit } from './support/previous-version.ts';
import { diceFor, times } from './support/scale.ts';

type Version = 'previous' | 'present';

interface Running {
  readonly role: 'bot' | 'worker';
  readonly version: Version;
  readonly relight: RelightProcess;
}

/** Each step has some of its work in one version and some in the other. */
const replaceEveryMs = 3_000;
/** How long Relight waits for spot capacity has changed, and an earlier version may wait for an hour. */
const played = (Object.keys(kinds) as KindName[]).filter((kind) => kind !== 'no-spot-capacity');
const previous = previousCommit();

describe.skipIf(previous === undefined)(
  'recoveries whose bots and workers are upgraded and rolled back, one process after the other',
  () => {
    let fleet: Fleet;

    afterEach(async () => fleet.world.close());

    it('all finish, with each change in AWS and each message once, and no process of either version crashes', async (context) => {
      const jobs = brokenJobs(times(60, 9), played);
      const { program, example } = buildVersion(previous ?? '');
      const programs = { present: built, previous: program };
      // The configuration changes after the upgrade: the previous version would refuse new keys.
      fleet = await startFleet(jobs, { open: 20, example });
      const { world, crew } = fleet;
      const dice = diceFor('rolling upgrade');
      const start = async (role: Running['role'], version: Version): Promise<Running> => ({
        role,
        version,
        relight: await world.start(role, { program: [programs[version]] }),
      });
      const running = await Promise.all([
        start('bot', 'previous'),
        start('bot', 'previous'),
        start('worker', 'previous'),
        start('worker', 'previous'),
      ]);
      const stopping: Promise<string>[] = [];
      const replace = async (at: number): Promise<void> => {
        const old = running[at];
        if (old === undefined) return;
        running[at] = await start(old.role, old.version === 'previous' ? 'present' : 'previous');
        // It finishes its work meanwhile, beside the new one.
        stopping.push(old.relight.stop().then(async () => (await old.relight.ended).how));
      };

      let isOver = false;
      const working = fleet.workUntil(crew.areDone, 'the recoveries', 1_200_000).finally(() => {
        isOver = true;
      });
      const replacing = (async () => {
        while (!isOver) {
          await replace(Math.floor(dice() * running.length));
          await new Promise((resolve) => setTimeout(resolve, replaceEveryMs));
        }
      })();
      await Promise.all([working, replacing]);
      const stopped = await Promise.all(stopping);

      const verdict = await judge(world, jobs);
      expect(verdict).toEqual({ duplicates: [], missing: [], doubleMessages: [], corruption: [] });
      const crashed = [
        ...stopped.filter((how) => how !== 'exit code 0'),
        ...running.filter(({ relight }) => relight.exitCode() !== null),
      ];
      const what = `T25: ${jobs.length} recoveries, ${stopped.length} processes replaced by another version`;
      report(
        context,
        atMost(`${what}: duplicate effects in AWS`, verdict.duplicates.length, 0),
        atMost(`${what}: effects missing`, verdict.missing.length, 0),
        atMost(`${what}: messages posted twice`, verdict.doubleMessages.length, 0),
        atMost(`${what}: jobs that failed on the queue`, (await failedSteps(world)).length, 0),
        atMost(`${what}: processes that crashed`, crashed.length, 0),
      );
    });
  },
);
