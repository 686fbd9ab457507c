import { createVault } from '../../audit/vault.ts';
import { createAlarmTags } from '../../aws/alarms/alarm-tags.ts';
import { allAlarms } from '../../aws/alarms/all-alarms.ts';
import { createPolledState } from '../../aws/alarms/polled-state.ts';
import { createHeadKey } from '../../aws/audit/head-key.ts';
import type { Clients } from '../../aws/clients.ts';
import { createLogs } from '../../aws/cloudwatch/logs.ts';
import { createMetrics } from '../../aws/cloudwatch/metrics.ts';
import { createModels } from '../../aws/models/models.ts';
import { registeredModels } from '../../aws/models/registered-models.ts';
import { createOwnAccount } from '../../aws/own-account.ts';
import { createAuditBucket } from '../../aws/s3/audit-bucket.ts';
import { createCheckpoints } from '../../aws/s3/checkpoints.ts';
import { createFixedData } from '../../aws/s3/dataset-writer.ts';
import { createDatasets } from '../../aws/s3/datasets.ts';
import { type ChangeClients, changeClients } from '../../aws/sessions/change-clients.ts';
import type { ApprovedCalls } from '../../aws/sessions/session-request.ts';
import { createStateMachines } from '../../aws/state-machines/state-machines.ts';
import { createRegion } from '../../aws/training/region.ts';
import { createTraining } from '../../aws/training/training.ts';
import { createTrainingImages } from '../../aws/training/training-images.ts';
import type { ActionPorts } from '../../playbooks/define/action-ports.ts';
import { gradedBy } from '../../readers/readers.ts';
import type { ReadinessAccount } from '../../readiness/account.ts';
import { approvedArchives } from '../../training-data/fix/approved-archives.ts';
import type { Core } from '../core.ts';
import { fenceIn } from '../locations/own-fence.ts';

/** Every adapter of AWS, built once per process and handed down by name. */
export type AwsAdapters = Readonly<ReturnType<typeof createAwsAdapters>>;

export function createAwsAdapters(core: Core, clients: Clients) {
  const { config, log, readers, tierOf } = core;
  const { auditBucket, headKeyArn } = config;
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
    sessionFor: sessionsOf(core, clients),
    /** Undefined with RELIGHT_AUDIT=journal-only. */
    vault: auditBucket === undefined ? undefined : createVault(createAuditBucket(clients.vault, auditBucket)),
    /** The same bucket, for the archive of the journals. */
    vaultStore: auditBucket === undefined ? undefined : createAuditBucket(clients.archive, auditBucket),
    /** Undefined without RELIGHT_HEAD_KEY_ARN: then RELIGHT_SIGNING_KEY signs the heads of the archive. */
    headKey: headKeyArn === undefined ? undefined : createHeadKey(clients.kmsIn, headKeyArn),
  };
}

/** The adapters that change something, with the credentials of one approved change. */
export interface AwsSession extends Pick<ChangeClients, 'request' | 'ready' | 'close'> {
  readonly adapters: Pick<
    ActionPorts,
    'training' | 'checkpoints' | 'models' | 'stateMachines' | 'sourceArchives'
  >;
}

/** Undefined without RELIGHT_ACTOR_ROLE_ARN: then changes use the credentials of the process. */
function sessionsOf(
  { config, log, readers }: Core,
  clients: Clients,
): ((change: ApprovedCalls) => AwsSession) | undefined {
  const { actorRole: arn, region, pathStyleBuckets: pathStyle, settings } = config;
  if (arn === undefined) return undefined;
  return (change) => {
    const session = changeClients(clients, { pathStyle, fence: fenceIn(config) }, { arn, region }, change);
    const { creates, changes, s3 } = session;
    const sagemaker = { ...clients.sagemaker, creates };
    return {
      ...session,
      adapters: {
        training: createTraining(sagemaker, log),
        checkpoints: gradedBy(readers, createCheckpoints(clients.s3, log, s3)),
        models: createModels({ ...clients, sagemaker }),
        stateMachines: createStateMachines({ ...clients.stepFunctions, changes }, settings.state_machines),
        sourceArchives: approvedArchives(createFixedData(clients.s3, s3)),
      },
    };
  };
}

function readinessAccount({ cloudwatch, sagemaker }: Clients): ReadinessAccount {
  return {
    alarms: (max) => allAlarms(cloudwatch, max),
    alarmTags: createAlarmTags(cloudwatch),
    models: (since, max) => registeredModels(sagemaker.reads, since, max),
  };
}
