import { type AlarmLoop, startAlarmLoop } from '../alarms/sqs/poll.ts';
import { createAlarmQueue } from '../aws/alarms/alarm-queue.ts';
import type { Clients } from '../aws/clients.ts';
import { approvalPolicy } from '../config/approval-policy.ts';
import { createFiles } from '../outbox/kept-files.ts';
import type { ActionPorts } from '../playbooks/define/action-ports.ts';
import { type DataWork, startDataWorker } from '../queue/data/data-worker.ts';
import { createDataFlows, type DataFlows } from '../queue/data/scan-flows.ts';
import { startSweeps, startWatches } from '../queue/repeated.ts';
import { createRecords, type NameOf } from '../queue/steps/incident-record.ts';
import type { RunDeps } from '../queue/steps/step-run.ts';
import { createSweep } from '../queue/sweep.ts';
import type { Running } from '../queue/watched-worker.ts';
import { startStepWorker } from '../queue/worker.ts';
import { fixesBy } from '../readers/readers.ts';
import { createBlocklist } from '../redis/blocklist.ts';
import { createScanStore } from '../redis/scan-store.ts';
import { createSealer } from '../sanitize/seal.ts';
import { approvedFixes } from '../training-data/fix/approved-fixes.ts';
import { tiersDataIn } from '../training-data/tier-data.ts';
import type { AlarmIntake } from './alarm-intake.ts';
import type { AwsAdapters } from './aws-adapters.ts';
import type { Core, RunningRole } from './core.ts';
import { releaser } from './holds.ts';
import { createWatches } from './watches.ts';

export interface WorkerServices extends Pick<RunDeps, 'reauthorize'> {
  readonly clients: Pick<Clients, 'sqs'>;
  readonly aws: AwsAdapters;
  readonly alarms: AlarmIntake;
  /** The display name of a Slack user id. */
  readonly nameOf: NameOf;
}

/** Takes alarms in, runs the steps of incidents against AWS, and requeues what a crash left behind. */
export async function startWorkerRole(core: Core, services: WorkerServices): Promise<RunningRole> {
  const { redis, log, store, catalog, producer, notices, clock } = core;
  const { clients, aws, alarms } = services;
  const { flows, startScans } = scansOf(core);
  const steps = startStepWorker(redis.forWorkers, runDeps(core, services, flows));
  const data = startScans();
  const sweep = await startSweeps(redis, log, {
    sweep: createSweep({ store, catalog, producer, notices, redis: redis.forAnswers, clock, log }),
    holds: releaser(core),
  });
  const watching = await startWatches(redis, log, createWatches(core, aws, alarms));
  const queue = startQueue(core, clients, alarms);
  return {
    checks: [sweep.check, watching.check],
    close: async (graceMs) => {
      await queue?.close();
      await alarms.idle();
      await Promise.all([
        steps.close(graceMs),
        data.close(graceMs),
        sweep.close(graceMs),
        watching.close(graceMs),
      ]);
      await flows.close();
    },
  };
}

/** Scans of training data: queued, and run by reader processes. */
function scansOf({ config, redis, log, readers, wake }: Core): {
  readonly flows: DataFlows;
  readonly startScans: () => Running;
} {
  const store = createScanStore(redis.forAnswers);
  const flows = createDataFlows(redis.forAnswers, log, {
    store,
    plan: async (question) => readers.run('plan-scan', { question }),
  });
  const scan: DataWork['scan'] = async (job) => readers.run('scan-job', job);
  const work = { scan, store, most: config.scanThreads };
  return { flows, startScans: () => startDataWorker(redis.forWorkers, log, work, wake) };
}

/** Undefined if ALARM_QUEUE_URL is not set. */
function startQueue(
  { config, log }: Core,
  { sqs }: Pick<Clients, 'sqs'>,
  { handleAlarm, heard }: AlarmIntake,
): AlarmLoop | undefined {
  const { alarmQueueUrl: url } = config;
  if (url === undefined) return undefined;
  return startAlarmLoop({
    source: createAlarmQueue(sqs, url),
    handleAlarm,
    alive: async () => heard('sqs'),
    log,
  });
}

function runDeps(
  core: Core,
  { aws, reauthorize, nameOf }: Pick<WorkerServices, 'aws' | 'reauthorize' | 'nameOf'>,
  { scansFor }: DataFlows,
): RunDeps {
  const { config, store, catalog, advance, launches, log, clock } = core;
  const ports = portsOf(core, aws, nameOf);
  return {
    store,
    catalog,
    advance,
    launches,
    log,
    reauthorize,
    clock,
    // The bot token exists only in the environment, so a reader of Redis or the vault cannot try words against the hashes.
    sealer: createSealer(config.slack.botToken),
    portsFor: (attemptKey) => ({ ...ports, dataScans: scansFor(attemptKey) }),
    vault: aws.vault,
    policyOf: (tier, action) => approvalPolicy(config.settings, tier, action),
  };
}

function portsOf(
  { config, clock, redis, store, catalog, readers, keptFiles }: Core,
  { vault, training, checkpoints, logs, metrics, models, region, datasets }: AwsAdapters,
  nameOf: NameOf,
): Omit<ActionPorts, 'dataScans'> {
  const { caps, s3, tiers } = config.settings;
  return {
    training,
    checkpoints,
    blocklist: createBlocklist(redis.forAnswers),
    logs,
    metrics,
    models,
    region,
    record: createRecords(store, catalog, nameOf),
    files: createFiles(keptFiles, vault),
    datasets,
    dataFixes: approvedFixes(fixesBy(readers), datasets),
    tiersData: tiersDataIn(tiers),
    clock,
    caps: {
      instanceTypes: caps.instance_types,
      instanceCount: caps.instance_count,
      volumeGb: caps.volume_gb,
    },
    recoveryPrefix: s3.recovery,
    fixedDataPrefix: s3.fixed_data ?? s3.recovery,
    ...(s3.backup !== undefined && { backupPrefix: s3.backup }),
  };
}
