import { classifyEnd } from '../../diagnosis/classify-failure.ts';
import { simulatedLaunches } from '../../drills/simulated/simulated-jobs.ts';
import type { Plan } from '../../incidents/intake/failure-report.ts';
import { joinLauncher } from '../../incidents/intake/known-incident.ts';
import { eachOpen } from '../../incidents/journal/readable.ts';
import { isDrillId } from '../../incidents/model/drills/drill-mark.ts';
import type { Core } from '../core.ts';
import { simulationOf } from './simulation-of.ts';

/** Reports the failures of jobs in the simulated Regions, as alarms report those of real jobs. */
export function drillAlarms(core: Core): () => Promise<void> {
  const { store, log } = core;
  const failed = (incident: string, error: unknown): void =>
    log.warn({ incident, error: String(error) }, 'a drill could not be looked at');
  return async () =>
    eachOpen({ store, failed }, async (id) => {
      if (isDrillId(id)) await reportFailures(core, id);
    });
}

async function reportFailures(core: Core, id: string): Promise<void> {
  const { store, advance, planFor } = core;
  const incident = await store.load(id);
  for (const job of await simulatedLaunches(simulationOf(core, incident))) {
    if (job.status !== 'Failed') continue;
    const kind = classifyEnd({ ...job, statuses: job.transitions.map(({ status }) => status) });
    const plan: Plan | undefined = planFor(kind);
    const alarm = {
      source: 'sagemaker-event' as const,
      name: job.secondaryStatus,
      reason: job.failureReason ?? '',
      at: job.endedAt ?? job.createdAt,
    };
    const joined = await joinLauncher(store, id, { job: job.name, kind, alarm, plan });
    if (joined?.outcome === 'joined') await advance(id);
  }
}
