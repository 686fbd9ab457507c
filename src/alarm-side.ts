import { rulesIn } from './alarm-rules.ts';
import { createDesk, type Desk } from './alarms/desk.ts';
import { createPoller } from './alarms/poller.ts';
import type { AlarmRule } from './alarms/rules.ts';
import { createSettle } from './alarms/settle.ts';
import { createAlarmTags } from './aws/alarm-tags.ts';
import { createAskedState } from './aws/asked-state.ts';
import type { Clients } from './aws/clients.ts';
import { createTraining } from './aws/training.ts';
import type { Core } from './core.ts';
import { OpsError } from './errors.ts';
import { openIncident } from './incidents/calm.ts';
import type { Incident } from './incidents/incident.ts';
import type { Intake } from './incidents/intake.ts';
import { createGroupedIntake, foldInto } from './incidents/outages.ts';
import { classifyEnd } from './playbooks/classify-failure.ts';
import type { Training } from './playbooks/ports.ts';
import { createFailingJobs } from './queue/failing-jobs.ts';
import { createLastChanges } from './queue/last-changes.ts';
import { createPollMarks } from './queue/poll-marks.ts';
import type { Repeated } from './queue/repeated.ts';
import { tierFinder } from './tiers.ts';

/** What takes alarms in, whatever path brings them, and looks after them. */
export interface AlarmSide {
  readonly desk: Desk;
  readonly watches: readonly Repeated[];
}

export function openAlarmSide(core: Core, clients: Clients): AlarmSide {
  const { config, redis, clock, store, advance, log } = core;
  const { intake, tiers } = config.settings;
  const states = createLastChanges(redis.forAnswers);
  const rules = rulesIn(config.settings);
  const desk = openDesk(core, clients, { states, rules });
  const tierOf = tierFinder(tiers);
  const training = createTraining(clients.sagemaker, log);
  const poll = createPoller({
    aws: createAskedState(clients),
    marks: createPollMarks(redis.forAnswers),
    desk,
    rules,
    isOurs: (job) => tierOf(job) !== undefined,
    raised: async () => raisedIn(await openIncidents(core)),
    now: clock.now,
    log,
  });
  const settle = createSettle({
    store,
    states,
    advance,
    log,
    flapping: intake.flapping,
    settleMinutes: intake.settle_minutes,
    fold: (incident) => foldInto({ store, region: config.region, advance }, incident),
    isBroken: (incident) => isBroken(training, incident),
    now: clock.now,
  });
  return {
    desk,
    watches: [
      { name: 'poll', everyMs: intake.poll_seconds * 1_000, work: poll },
      { name: 'settle', everyMs: 60_000, work: settle },
    ],
  };
}

function openDesk(
  core: Core,
  clients: Clients,
  parts: { readonly states: ReturnType<typeof createLastChanges>; readonly rules: readonly AlarmRule[] },
): Desk {
  const { config, store, launches, clock } = core;
  const { region, settings } = config;
  return createDesk({
    ...core,
    ...parts,
    region,
    intake: groupedIntake(core),
    classify: classifyEnd,
    flapping: settings.intake.flapping,
    tagsOf: createAlarmTags(clients.cloudwatch),
    waiting: async (job) => (await launches.incidentOf(job)) ?? (await openIncident({ store, region }, job)),
    now: clock.now,
  });
}

/** What people start by command stays an incident of its own; alarms of many jobs may be one. */
function groupedIntake(core: Core): Intake {
  const { config, redis, launches, planFor } = core;
  return createGroupedIntake({
    ...core,
    region: config.region,
    failing: createFailingJobs(redis.forAnswers),
    limits: config.settings.intake.system_failure,
    tierOf: tierFinder(config.settings.tiers),
    incidentOf: launches.incidentOf,
    plan: () => planFor('system_failure'),
  });
}

async function openIncidents({ store }: Pick<Core, 'store'>): Promise<readonly Incident[]> {
  return Promise.all((await store.ids('open')).map((id) => store.load(id)));
}

function raisedIn(incidents: readonly Incident[]): readonly string[] {
  const names = incidents.flatMap(({ alarms, alarmStates }) =>
    alarms
      .filter(({ source, name }) => source === 'cloudwatch-alarm' && alarmStates.get(name)?.state === 'ALARM')
      .map(({ name }) => name),
  );
  return [...new Set(names)];
}

/** Of an endpoint its alarms are all that is known; a job that has failed stays failed, whatever its alarms say. */
async function isBroken(training: Pick<Training, 'describe'>, incident: Incident): Promise<boolean> {
  if (incident.kind === 'model_degraded') return false;
  try {
    const { status } = await training.describe(incident.subject);
    return status === 'Failed' || status === 'Stopped';
  } catch (thrown) {
    if (thrown instanceof OpsError && thrown.code === 'job-not-found') return false;
    throw thrown;
  }
}
