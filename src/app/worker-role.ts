import { type AlarmLoop, startAlarmLoop } from '../alarms/sqs/poll.ts';
import { createVault, type Vault } from '../audit/vault.ts';
import { createAlarmQueue } from '../aws/alarms/alarm-queue.ts';
import type { Clients } from '../aws/clients.ts';
import { createLogs } from '../aws/cloudwatch/logs.ts';
import { createMetrics } from '../aws/cloudwatch/metrics.ts';
import { createModels } from '../aws/models/models.ts';
import { createAuditBucket } from '../aws/s3/audit-bucket.ts';
import { createCheckpoints } from '../aws/s3/checkpoints.ts';
import { createDatasets } from '../aws/s3/datasets.ts';
import { createRegion } from '../aws/training/region.ts';
import { createTraining } from '../aws/training/training.ts';
import { approvalPolicy } from '../config/approval-policy.ts';
import { tierFinder } from '../config/tiers-and-rules.ts';
import { createFiles, createKeptFiles } from '../outbox/kept-files.ts';
import type { ActionPorts } from '../playbooks/define/action-ports.ts';
import { type DataWork, startDataWorker } from '../queue/data/data-worker.ts';
import { createDataFlows, type DataFlows } from '../queue/data/scan-flows.ts';
import { startSweeps, startWatches } from '../queue/repeated.ts';
import { createRecords, type NameOf } from '../queue/steps/incident-record.ts';
import type { RunParts } from '../queue/steps/step-run.ts';
import { createSweep } from '../queue/sweep.ts';
import type { Running } from '../queue/watched-worker.ts';
import { startStepWorker } from '../queue/worker.ts';
import { fixesBy, gradedBy } from '../readers/readers.ts';
import { createBlocklist } from '../redis/rejected-checkpoints.ts';
import { createScanStore } from '../redis/scan-store.ts';
import { createSealer } from '../sanitize/seal.ts';
import { approvedFixes } from '../training-data/fix/approved-fixes.ts';
import { tiersDataIn } from '../training-data/tier-data.ts';
import type { AlarmIntake } from './alarm-intake.ts';
import type { Core, RunningRole } from './core.ts';
import { releaser } from './hold-release.ts';

export interface WorkerParts extends Pick<RunParts, 'reauthorize'> {
  readonly clients: Clients;
  readonly alarms: AlarmIntake;
  /** By a Slack id, the name that people know somebody by. */
  readonly nameOf: NameOf;
}

/** Takes alarms in, runs the steps of incidents against AWS, and puts back on the queue what crashes left behind. */
export async function startWorkerRole(
  core: Core,
  { clients, alarms: side, reauthorize, nameOf }: WorkerParts,
): Promise<RunningRole> {
  const { redis, log } = core;
  const { flows, startScans } = scansOf(core);
  const steps = startStepWorker(redis.forWorkers, runParts(core, clients, flows, { reauthorize, nameOf }));
  const data = startScans();
  const sweep = await startSweeps(redis, log, {
    sweep: createSweep({ ...core, redis: redis.forAnswers }),
    holds: releaser(core),
  });
  const watching = await startWatches(redis, log, side.watches);
  const alarms = startQueue(core, clients, side);
  return {
    checks: [sweep.check, watching.check],
    close: async (graceMs) => {
      await alarms?.close();
      await side.idle();
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

/** The scans of training data: they wait on the queue, and readers carry them out. */
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

/** Undefined where ALARM_QUEUE_URL is not set. */
function startQueue(
  { config, log }: Core,
  { sqs }: Clients,
  { handleAlarm: handleAlarm, heard }: AlarmIntake,
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

function runParts(
  core: Core,
  clients: Clients,
  { scansFor }: DataFlows,
  { reauthorize, nameOf }: Pick<WorkerParts, 'reauthorize' | 'nameOf'>,
): RunParts {
  const { config, store, catalog, advance, launches, log } = core;
  const { auditBucket, settings } = config;
  const vault =
    auditBucket === undefined ? undefined : createVault(createAuditBucket(clients.s3, auditBucket));
  const ports = portsOf(core, clients, vault, nameOf);
  return {
    store,
    catalog,
    advance,
    launches,
    log,
    reauthorize,
    clock: core.clock,
    // Stored nowhere but in the environment: whoever reads Redis or the vault cannot try words against the hashes.
    sealer: createSealer(config.slack.botToken),
    portsFor: (mark) => ({ ...ports, dataScans: scansFor(mark) }),
    vault,
    policyOf: (tier, action) => approvalPolicy(settings, tier, action),
  };
}

function portsOf(
  { config, clock, log, redis, store, catalog, readers }: Core,
  clients: Clients,
  vault: Vault | undefined,
  nameOf: NameOf,
): Omit<ActionPorts, 'dataScans'> {
  const { caps, s3, tiers } = config.settings;
  const datasets = createDatasets(clients.s3);
  return {
    training: createTraining(clients.sagemaker, log),
    checkpoints: gradedBy(readers, createCheckpoints(clients.s3, log)),
    blocklist: createBlocklist(redis.forAnswers),
    logs: createLogs(clients.logs),
    metrics: createMetrics(clients.cloudwatch),
    models: createModels(clients),
    region: createRegion(clients, tierFinder(tiers)),
    record: createRecords(store, catalog, nameOf),
    files: createFiles(createKeptFiles(redis.forAnswers, clock), vault),
    datasets,
    dataFixes: approvedFixes(fixesBy(readers), datasets),
    tiersData: tiersDataIn(tiers),
    clock,
    caps: { instanceTypes: caps.instance_types, instanceCount: caps.instance_count },
    recoveryPrefix: s3.recovery,
    fixedDataPrefix: s3.fixed_data ?? s3.recovery,
    ...(s3.backup !== undefined && { backupPrefix: s3.backup }),
  };
}
