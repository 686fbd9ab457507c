import { type AlarmHandler, type AlarmHandlerDeps, createAlarmHandler } from '../alarms/handle-alarm.ts';
import { createAlarmTags } from '../aws/alarms/alarm-tags.ts';
import type { Clients } from '../aws/clients.ts';
import { tierFinder } from '../config/tiers-and-rules.ts';
import { classifyEnd } from '../diagnosis/classify-failure.ts';
import { openIncident } from '../incidents/intake/incident-ids.ts';
import { createSingleIntake, type Intake } from '../incidents/intake/intake.ts';
import { createGroupedIntake } from '../incidents/outage/outages.ts';
import type { Core } from './core.ts';

/** The one handler that every intake path passes its alarms to. */
export function openAlarmHandler(
  core: Core,
  clients: Clients,
  parts: Pick<AlarmHandlerDeps, 'states' | 'rules' | 'advanceLater'>,
): AlarmHandler {
  const { config, store, launches, clock } = core;
  const { region, settings } = config;
  return createAlarmHandler({
    ...core,
    ...parts,
    region,
    intake: groupedIntake(core, parts.advanceLater),
    classify: classifyEnd,
    flapping: settings.intake.flapping,
    tagsOf: createAlarmTags(clients.cloudwatch),
    openIncidentOf: async (job) =>
      (await launches.incidentOf(job)) ?? (await openIncident({ store, region }, job)),
    now: clock.now,
  });
}

/** What people start by command stays an incident of its own; alarms of many jobs may be one. */
function groupedIntake(core: Core, advanceLater: AlarmHandlerDeps['advanceLater']): Intake {
  const { config, launches, planFor } = core;
  const tierOf = tierFinder(config.settings.tiers);
  const { region } = config;
  return createGroupedIntake({
    ...core,
    region,
    single: createSingleIntake({ ...core, region, tierOf }),
    limits: config.settings.intake.system_failure,
    tierOf,
    incidentOf: launches.incidentOf,
    plan: () => planFor('system_failure'),
    advance: async (incident) => advanceLater(incident),
  });
}
