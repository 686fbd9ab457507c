import type { createClients } from '../../aws/clients.ts';
import { awsProbes, botProbes } from '../../aws/doctor/probes.ts';
import type { Config } from '../../config/environment.ts';
import { matches } from '../../patterns.ts';
import type { Check } from './machine-checks.ts';

/** Checks each AWS permission that the role of this process needs and that can be probed without an effect. */
export function awsChecks(config: Config, clients: ReturnType<typeof createClients>): Check[] {
  const { alarmQueueUrl: queueUrl, auditBucket, headKeyArn, region, actorRole, settings } = config;
  const stores = { auditBucket, headKeyArn, locations: locationsIn(settings.s3) };
  if (config.role === 'bot') {
    // A bot reads checkpoints, and no training data.
    const locations = stores.locations.filter(({ key }) => key !== 's3.fixed_data');
    return botProbes(clients, { ...stores, locations, job: absentJob(settings) }).map(asCheck);
  }
  const probes = awsProbes(clients, {
    ...stores,
    queueUrl,
    region,
    actorRole,
    signsHeads: config.role !== 'worker',
    alarms: { patterns: settings.alarms.map(({ alarm }) => alarm), matches },
    stateMachines: settings.state_machines,
    fallbackTopic: settings.notify_fallback?.sns_topic,
    ...(settings.sns !== undefined && {
      sns: { topics: settings.sns.topics, confirming: settings.sns.confirm_subscriptions },
    }),
  });
  return probes.map(asCheck);
}

function asCheck(probe: ReturnType<typeof awsProbes>[number]): Check {
  return { ...probe, name: `${probe.permission} (${probe.name})` };
}

/** A bot may not list jobs. For a name that its role covers, AWS says that there is no such job. */
function absentJob({ tiers }: Config['settings']): string {
  const [pattern = '*'] = Object.values(tiers).flatMap(({ jobs }) => jobs);
  return pattern.replaceAll('*', 'relight-doctor');
}

function locationsIn(s3: Config['settings']['s3']): Parameters<typeof awsProbes>[1]['locations'] {
  return (['recovery', 'fixed_data', 'backup', 'checkpoints'] as const).flatMap((name) =>
    [s3[name] ?? []].flat().map((uri) => ({ uri, key: `s3.${name}` })),
  );
}
