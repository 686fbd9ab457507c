import { createAutoClose } from '../alarms/watch/auto-close.ts';
import { OpsError } from '../errors.ts';
import type { Incident } from '../incidents/model/incident.ts';
import { mergeInto } from '../incidents/outage/affected-jobs.ts';
import type { Training } from '../ports/ports.ts';
import type { Repeated } from '../queue/repeated.ts';
import type { AlarmIntake } from './alarm-intake.ts';
import type { Core } from './core.ts';

/** Closes incidents whose alarms have cleared. */
export function autoClose(
  { config, clock, store, advance, log }: Core,
  { training }: { readonly training: Pick<Training, 'describe'> },
  { states }: Pick<AlarmIntake, 'states'>,
): Repeated['work'] {
  const { flapping, settle_minutes: okMinutes } = config.settings.intake;
  return createAutoClose({
    store,
    states,
    advance,
    log,
    flapping,
    okMinutes,
    merge: (incident) => mergeInto({ store, region: config.region, advance }, incident),
    isBroken: (incident) => isBroken(training, incident),
    now: clock.now,
  });
}

/** An endpoint is judged by its alarms alone; a failed job stays failed whatever its alarms say. */
async function isBroken(training: Pick<Training, 'describe'>, incident: Incident): Promise<boolean> {
  if (incident.kind === 'model_degraded') return false;
  // One job that is down keeps an incident about many jobs open.
  for (const job of incident.affectedJobs.length === 0
    ? [incident.subject]
    : incident.affectedJobs.map((row) => row.job))
    if (await isDown(training, job)) return true;
  return false;
}

async function isDown(training: Pick<Training, 'describe'>, job: string): Promise<boolean> {
  try {
    const { status } = await training.describe(job);
    return status === 'Failed' || status === 'Stopped';
  } catch (thrown) {
    if (thrown instanceof OpsError && thrown.code === 'job-not-found') return false;
    throw thrown;
  }
}
