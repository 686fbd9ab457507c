import { createDesk, type Desk, type DeskParts } from '../alarms/handle-alarm.ts';
import { createAlarmTags } from '../aws/alarms/alarm-tags.ts';
import type { Clients } from '../aws/clients.ts';
import { tierFinder } from '../config/tiers-and-rules.ts';
import { classifyEnd } from '../diagnosis/classify-failure.ts';
import { openIncident } from '../incidents/intake/alarm-cleared.ts';
import { createSingleIntake, type Intake } from '../incidents/intake/intake.ts';
import { createGroupedIntake } from '../incidents/outage/outages.ts';
import type { Core } from './core.ts';

/** The desk at which all paths hand in their alarms. */
export function openDesk(
  core: Core,
  clients: Clients,
  parts: Pick<DeskParts, 'states' | 'rules' | 'follow'>,
): Desk {
  const { config, store, launches, clock } = core;
  const { region, settings } = config;
  return createDesk({
    ...core,
    ...parts,
    region,
    intake: groupedIntake(core, parts.follow),
    classify: classifyEnd,
    flapping: settings.intake.flapping,
    tagsOf: createAlarmTags(clients.cloudwatch),
    waiting: async (job) => (await launches.incidentOf(job)) ?? (await openIncident({ store, region }, job)),
    now: clock.now,
  });
}

/** What people start by command stays an incident of its own; alarms of many jobs may be one. */
function groupedIntake(core: Core, follow: DeskParts['follow']): Intake {
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
    advance: async (incident) => follow(incident),
  });
}
