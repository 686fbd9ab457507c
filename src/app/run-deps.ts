import { withCallsNoted } from '../aws/call-log.ts';
import { rememberedRecoveries } from '../incidents/estimates/earlier-recoveries.ts';
import { type SeenDeps, seenBefore } from '../incidents/record/find-alike.ts';
import { createFiles } from '../outbox/kept-files.ts';
import type { ActionPorts } from '../playbooks/define/action-ports.ts';
import type { AttemptKey } from '../ports/ports.ts';
import type { DataFlows } from '../queue/data/scan-flows.ts';
import { requireSignedDecisions } from '../queue/steps/checks/signed-decisions.ts';
import { createRecords, type NameOf } from '../queue/steps/incident-record.ts';
import type { RunDeps } from '../queue/steps/step-run.ts';
import { fixesBy } from '../readers/readers.ts';
import { createBlocklist } from '../redis/blocklist.ts';
import { createCheckpointFolders } from '../redis/checkpoint-folders.ts';
import { createSealer } from '../sanitize/seal.ts';
import { tiersDataIn } from '../training-data/tier-data.ts';
import { refusalReporter } from './audit/journal-refusals.ts';
import { whyNotAutopilot } from './autopilot/autopilot-parts.ts';
import type { AwsAdapters } from './aws-adapters.ts';
import type { Core } from './core.ts';
import { drillReach } from './drills/drill-reach.ts';
import { limitsIn, sharedCaps } from './launch-limits.ts';
import { guarded, type UnguardedPorts } from './locations/guarded-ports.ts';
import { locationsOfIncident } from './locations/s3-locations.ts';

export interface StepServices extends Pick<RunDeps, 'reauthorize'> {
  readonly aws: AwsAdapters;
  /** The display name of a Slack user id. */
  readonly nameOf: NameOf;
  readonly linkTo: SeenDeps['linkTo'];
}

export function runDeps(
  core: Core,
  { aws, reauthorize, nameOf, linkTo }: StepServices,
  { scansFor }: DataFlows,
): RunDeps {
  const { config, store, catalog, advance, launches, unarchived, halts, log, clock } = core;
  const limits = limitsIn(config);
  const shared = sharedCaps(core, aws, limits);
  const ports = portsOf(core, aws, nameOf, { ...limits, capUse: shared.use });
  const earlierFor = historyOf(core, linkTo);
  return {
    store,
    catalog,
    advance,
    launches,
    unarchived,
    reserve: shared.reserve,
    halts,
    log,
    reauthorize,
    requireSigned: async (incident) => requireSignedDecisions(core, incident),
    reportRefused: refusalReporter(core),
    whyNotAutopilot: whyNotAutopilot(core),
    clock,
    // The bot token exists only in the environment, so a reader of Redis or the vault cannot try words against the hashes.
    sealer: createSealer(config.slack.botToken),
    portsFor: (attemptKey) =>
      guarded(
        { ...ports, dataScans: scansFor(attemptKey), earlier: earlierFor(attemptKey) },
        fixesBy(core.readers),
        locationsOfIncident(core, aws.training, attemptKey.incident),
      ),
    vault: aws.vault,
    withCallsNoted,
    inDrill: drillReach(core, nameOf),
    ...core.rules,
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

function portsOf(
  { config, clock, redis, store, catalog, keptFiles }: Core,
  aws: AwsAdapters,
  nameOf: NameOf,
  limits: Pick<ActionPorts, 'caps' | 'prices' | 'capUse'>,
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
