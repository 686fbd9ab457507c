import type { PollCursor } from '../alarms/watch/poller.ts';
import { createRpoWatch } from '../alarms/watch/rpo-watch.ts';
import { newestComplete } from '../checkpoints/grading/newest-complete.ts';
import { createWarnings } from '../incidents/intake/warnings.ts';
import type { Repeated } from '../queue/repeated.ts';
import { createUnreadableLooks } from '../redis/unreadable-looks.ts';
import type { Core } from './core.ts';
import type { AwsAdapters } from './steps/aws-adapters.ts';

const maxJobs = 1_000;

/** Checks whether running jobs save checkpoints often enough for their RPO. */
export function checkpointWatch(
  core: Core,
  { region, training, checkpoints }: AwsAdapters,
  cursor: PollCursor,
): Repeated {
  const { config, redis, clock, log, store, advance, tierOf } = core;
  const everyMs = config.settings.intake.rpo_seconds * 1_000;
  const watch = createRpoWatch({
    tierOf,
    runningJobs: () => region.running(maxJobs),
    describe: training.describe,
    newest: async (job, known) =>
      (await newestComplete(job, { checkpoints, now: clock.now(), known })).complete,
    report: async (report) => reportTo(core, report),
    warnings: createWarnings({ store, advance }),
    unreadable: createUnreadableLooks(redis.forAnswers),
    now: clock.now,
    log,
  });
  return {
    name: 'rpo',
    everyMs,
    work: async () => {
      // Skip the first cycle, so that a fresh install does not open a thread per running job.
      const first = await cursor.startedAt(clock.now());
      if (clock.now() - first >= everyMs) await watch.check();
    },
  };
}

async function reportTo(
  { intake, planFor, advance, wake }: Core,
  report: Omit<Parameters<Core['intake']>[0], 'plan'>,
): Promise<void> {
  const { incident, outcome } = await intake({ ...report, plan: planFor(report.kind) });
  await advance(incident.id);
  if (outcome === 'joined') await wake(incident.id);
}
