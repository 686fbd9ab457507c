import { createVault } from '../audit/vault.ts';
import { createAlarmTags } from '../aws/alarms/alarm-tags.ts';
import { allAlarms } from '../aws/alarms/all-alarms.ts';
import { createPolledState } from '../aws/alarms/polled-state.ts';
import type { Clients } from '../aws/clients.ts';
import { createLogs } from '../aws/cloudwatch/logs.ts';
import { createMetrics } from '../aws/cloudwatch/metrics.ts';
import { createModels } from '../aws/models/models.ts';
import { registeredModels } from '../aws/models/registered-models.ts';
import { createOwnAccount } from '../aws/own-account.ts';
import { createAuditBucket } from '../aws/s3/audit-bucket.ts';
import { createCheckpoints } from '../aws/s3/checkpoints.ts';
import { createFixedData } from '../aws/s3/dataset-writer.ts';
import { createDatasets } from '../aws/s3/datasets.ts';
import { createStateMachines } from '../aws/state-machines/state-machines.ts';
import { createRegion } from '../aws/training/region.ts';
import { createTraining } from '../aws/training/training.ts';
import { createTrainingImages } from '../aws/training/training-images.ts';
import { gradedBy } from '../readers/readers.ts';
import type { ReadinessAccount } from '../readiness/account.ts';
import { approvedArchives } from '../training-data/fix/approved-archives.ts';
import type { Core } from './core.ts';

/** Every adapter of AWS, built once per process and handed down by name. */
export type AwsAdapters = Readonly<ReturnType<typeof createAwsAdapters>>;

export function createAwsAdapters({ config, log, readers, tierOf }: Core, clients: Clients) {
  const { auditBucket } = config;
  return {
    training: createTraining(clients.sagemaker, log),
    images: createTrainingImages(clients.ecrIn),
    checkpoints: gradedBy(readers, createCheckpoints(clients.s3, log)),
    logs: createLogs(clients.logs),
    metrics: createMetrics(clients.cloudwatch),
    models: createModels(clients),
    stateMachines: createStateMachines(clients.stepFunctions, config.settings.state_machines),
    region: createRegion(clients, tierOf),
    datasets: createDatasets(clients.s3),
    sourceArchives: approvedArchives(createFixedData(clients.s3)),
    alarmTags: createAlarmTags(clients.cloudwatch),
    account: createOwnAccount(clients.sagemaker.reads, config.account),
    polledState: createPolledState(clients),
    readiness: readinessAccount(clients),
    /** Undefined with RELIGHT_AUDIT=journal-only. */
    vault: auditBucket === undefined ? undefined : createVault(createAuditBucket(clients.vault, auditBucket)),
  };
}

function readinessAccount({ cloudwatch, sagemaker }: Clients): ReadinessAccount {
  return {
    alarms: (max) => allAlarms(cloudwatch, max),
    alarmTags: createAlarmTags(cloudwatch),
    models: (since, max) => registeredModels(sagemaker.reads, since, max),
  };
}
