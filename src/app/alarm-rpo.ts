import { createRpoWatch } from '../alarms/watch/rpo-watch.ts';
import type { Clients } from '../aws/clients.ts';
import { createCheckpoints } from '../aws/s3/checkpoints.ts';
import { createRegion } from '../aws/training/region.ts';
import { createTraining } from '../aws/training/training.ts';
import { newestComplete } from '../checkpoints/grading/newest-complete.ts';
import { tierFinder } from '../config/tiers-and-rules.ts';
import { createWarnings } from '../incidents/intake/warnings.ts';
import type { Repeated } from '../queue/repeated.ts';
import { gradedBy } from '../readers/readers.ts';
import { createPollCursor } from '../redis/poll-cursor.ts';
import { createUnreadableLooks } from '../redis/unreadable-looks.ts';
import type { Core } from './core.ts';

/** Looks whether the jobs that train keep checkpoints often enough. */
export function rpoWatch(core: Core, clients: Clients): Repeated {
  const { config, redis, clock, log, store, advance, readers } = core;
  const tierOf = tierFinder(config.settings.tiers);
  const checkpoints = gradedBy(readers, createCheckpoints(clients.s3, log));
  const cursor = createPollCursor(redis.forAnswers);
  const everyMs = config.settings.intake.rpo_seconds * 1_000;
  const watch = createRpoWatch({
    tierOf,
    runningJobs: () => createRegion(clients, tierOf).running(mostJobs),
    describe: createTraining(clients.sagemaker, log).describe,
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
      // Whoever has just installed Relight shall not find a thread for each job that is about to save.
      const first = await cursor.startedAt(clock.now());
      if (clock.now() - first >= everyMs) await watch.look();
    },
  };
}

const mostJobs = 1_000;

async function reportTo(
  { intake, planFor, advance, wake }: Core,
  report: Omit<Parameters<Core['intake']>[0], 'plan'>,
): Promise<void> {
  const { incident, outcome } = await intake({ ...report, plan: planFor(report.kind) });
  await advance(incident.id);
  if (outcome === 'joined') await wake(incident.id);
}
