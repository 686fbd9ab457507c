import { rememberedRecoveries } from '../../incidents/estimates/earlier-recoveries.ts';
import { type SeenDeps, seenBefore } from '../../incidents/record/find-alike.ts';
import { createFiles } from '../../outbox/kept-files.ts';
import type { ActionPorts } from '../../playbooks/define/action-ports.ts';
import type { AttemptKey } from '../../ports/ports.ts';
import type { DataFlows } from '../../queue/data/scan-flows.ts';
import { createRecords, type NameOf } from '../../queue/steps/incident-record.ts';
import type { RunDeps } from '../../queue/steps/step-run.ts';
import { fixesBy } from '../../readers/readers.ts';
import { createBlocklist } from '../../redis/blocklist.ts';
import { createCheckpointFolders } from '../../redis/checkpoint-folders.ts';
import { tiersDataIn } from '../../training-data/tier-data.ts';
import type { Core } from '../core.ts';
import { guarded, type UnguardedPorts } from '../locations/guarded-ports.ts';
import { locationsOfIncident } from '../locations/s3-locations.ts';
import type { AwsAdapters } from './aws-adapters.ts';

interface AttemptSources extends Pick<DataFlows, 'scansFor'> {
  readonly aws: AwsAdapters;
  readonly nameOf: NameOf;
  readonly linkTo: SeenDeps['linkTo'];
  readonly limits: Pick<ActionPorts, 'caps' | 'prices' | 'capUse'>;
}

/**
 * What one attempt of a step may use: with the credentials of the process, or for a change, if there is an actor role, with
 * those of a session that can do only what was approved. Both check every address in S3.
 */
export function attemptPorts(core: Core, sources: AttemptSources): Pick<RunDeps, 'portsFor' | 'sessionFor'> {
  const { aws, scansFor } = sources;
  const { sessionFor } = aws;
  const shared = sharedPorts(core, sources);
  const earlierFor = historyOf(core, sources.linkTo);
  const portsIn = (
    attemptKey: AttemptKey,
    own: Partial<UnguardedPorts>,
    fixes = fixesBy(core.readers),
  ): ActionPorts =>
    guarded(
      { ...shared, dataScans: scansFor(attemptKey), earlier: earlierFor(attemptKey), ...own },
      fixes,
      locationsOfIncident(core, aws.training, attemptKey.incident),
    );
  return {
    portsFor: (attemptKey) => portsIn(attemptKey, {}),
    sessionFor:
      sessionFor &&
      ((attemptKey, change) => {
        const session = sessionFor(change);
        const fixes = fixesBy(core.readers, session.request);
        return { ...session, ports: portsIn(attemptKey, session.adapters, fixes) };
      }),
  };
}

/** What earlier incidents tell about the present one. */
function historyOf(
  { store, catalog, launches, clock }: Core,
  linkTo: SeenDeps['linkTo'],
): (attemptKey: AttemptKey) => ActionPorts['earlier'] {
  const recoveries = rememberedRecoveries({ store, catalog });
  const seen = { store, catalog, incidentOf: launches.incidentOf, linkTo };
  return ({ incident }) => ({
    alike: async (fingerprint, job) => seenBefore(seen, { fingerprint, job, incident }, clock.now()),
    recoveries,
  });
}

/** The ports that are the same for every attempt. */
function sharedPorts(
  { config, clock, redis, store, catalog, keptFiles }: Core,
  { aws, nameOf, limits }: Omit<AttemptSources, 'scansFor'>,
): Omit<UnguardedPorts, 'dataScans' | 'earlier'> {
  const { s3, tiers } = config.settings;
  return {
    training: aws.training,
    images: aws.images,
    checkpoints: aws.checkpoints,
    blocklist: createBlocklist(redis.forAnswers, clock),
    checkpointFolders: createCheckpointFolders(redis.forAnswers),
    logs: aws.logs,
    metrics: aws.metrics,
    models: aws.models,
    stateMachines: aws.stateMachines,
    region: aws.region,
    record: createRecords(store, catalog, nameOf),
    files: createFiles(keptFiles, aws.vault),
    datasets: aws.datasets,
    sourceArchives: aws.sourceArchives,
    tiersData: tiersDataIn(tiers),
    clock,
    ...limits,
    ...prefixesIn(s3),
  };
}

function prefixesIn({
  recovery,
  fixed_data: fixedData = recovery,
  backup,
}: Core['config']['settings']['s3']): Pick<
  ActionPorts,
  'recoveryPrefix' | 'fixedDataPrefix' | 'backupPrefix'
> {
  return {
    recoveryPrefix: recovery,
    fixedDataPrefix: fixedData,
    ...(backup !== undefined && { backupPrefix: backup }),
  };
}
