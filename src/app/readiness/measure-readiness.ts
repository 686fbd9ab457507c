import { rulesIn } from '../../config/tiers-and-rules.ts';
import { isDrillable } from '../../drills/scenarios.ts';
import { lastDrills } from '../../incidents/drills/last-drills.ts';
import { alarmReadiness } from '../../readiness/alarm-readiness.ts';
import { checkpointReadiness } from '../../readiness/checkpoint-readiness.ts';
import { type DrilledPlaybook, drilledPlaybooks, drillReadiness } from '../../readiness/drill-readiness.ts';
import { incidentReadiness } from '../../readiness/incident-readiness.ts';
import type { ReadinessCheck, ReadinessReport } from '../../readiness/readiness.ts';
import { recentJobs } from '../../readiness/recent-jobs.ts';
import { registryReadiness } from '../../readiness/registry-readiness.ts';
import { createHeartbeats } from '../../redis/last-heard.ts';
import type { Core } from '../core.ts';
import type { AwsAdapters } from '../steps/aws-adapters.ts';
import { silentSources } from './alarm-sources.ts';

type Account = Pick<AwsAdapters, 'readiness' | 'region' | 'training' | 'checkpoints'>;

/** Measures the whole readiness now. */
export async function measureReadiness(core: Core, account: Account): Promise<ReadinessReport> {
  const checks = [...(await accountReadiness(core, account)), ...(await ownReadiness(core))];
  return { measuredAt: core.clock.now(), checks };
}

/** The part that asks AWS: it takes up to a minute in a large account. */
export async function accountReadiness(
  { config, redis, clock }: Pick<Core, 'config' | 'redis' | 'clock'>,
  { readiness, region, training, checkpoints }: Account,
): Promise<readonly ReadinessCheck[]> {
  const now = clock.now();
  const jobs = await recentJobs({ region, training, now });
  const heartbeats = createHeartbeats(redis.forAnswers);
  return [
    await checkpointReadiness(jobs, { checkpoints, now }),
    await alarmReadiness({
      account: readiness,
      region,
      rules: rulesIn(config.settings),
      tiers: Object.keys(config.settings.tiers),
      silent: await silentSources(config, heartbeats, now),
    }),
    await registryReadiness(jobs, readiness),
  ];
}

type Own = Pick<Core, 'store' | 'catalog' | 'clock' | 'config'>;

/** The part that this installation knows by itself. */
export async function ownReadiness(core: Own): Promise<readonly ReadinessCheck[]> {
  const { store, clock, config } = core;
  const drills = drillReadiness(await drillsOf(core), config.settings.drills.every_days);
  return [drills, ...(await incidentReadiness(store, clock.now()))];
}

/** The playbooks that can be drilled, with the last drill of each. */
export async function drillsOf({ store, catalog, clock, config }: Own): Promise<readonly DrilledPlaybook[]> {
  return drilledPlaybooks({
    playbooks: catalog.list
      .filter(({ id }) => isDrillable(id))
      .map(({ id, playbook: { title } }) => ({ id, title })),
    drills: await lastDrills(store),
    everyDays: config.settings.drills.every_days,
    now: clock.now(),
  });
}
