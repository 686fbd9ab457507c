import { DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { DescribeEndpointCommand, ListModelPackagesCommand } from '@aws-sdk/client-sagemaker';
import type { EndpointAlarm, ModelChanges, Models, ServedEndpoint } from '../../ports/models.ts';
import { callAws } from '../aws-errors.ts';
import type { Clients } from '../clients.ts';
import { inParallel } from '../in-parallel.ts';
import { draftPromotion } from './draft-promotion.ts';
import { endpointAlarm } from './endpoint-alarm.ts';
import { modelVersion, packageNow, registration } from './model-package.ts';
import { promote } from './promotion.ts';
import { reject } from './rejection.ts';
import { describeConfig, instancesOf, packageOf } from './serving-parts.ts';

type ModelClients = Pick<Clients, 'sagemaker' | 's3' | 'cloudwatch'>;

/** Parallel Describe calls. The rate limit is shared with the whole account. */
const maxParallel = 4;
const maxAlarms = 100;

export function createModels(clients: ModelClients): ModelChanges {
  const served: Models['served'] = (endpoint) => describeServed(clients, endpoint);
  return {
    served,
    versions: (group, limit) => versionsOf(clients, group, limit),
    packageNow: (arn) => packageNow(clients.sagemaker.reads, clients.s3, arn),
    registration: (arn) => registration(clients.sagemaker.reads, arn),
    instancesOf: (config) => instancesOf(clients.sagemaker.reads, config),
    alarmsOf: (endpoint) => alarmsOf(clients, endpoint),
    draftPromotion: (endpoint, packageArn, attemptId, guards) =>
      draftPromotion(clients.sagemaker, served, { endpoint, packageArn, attemptId, guards }),
    promote: (request, token) => promote(clients.sagemaker, served, request, token),
    reject: (request, token) => reject(clients.sagemaker, request, token),
  };
}

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeEndpoint.html */
async function describeServed({ sagemaker: { reads } }: ModelClients, name: string): Promise<ServedEndpoint> {
  const endpoint = await callAws(`DescribeEndpoint ${name}`, () =>
    reads.send(new DescribeEndpointCommand({ EndpointName: name })),
  );
  const config = endpoint.EndpointConfigName ?? '';
  const pendingConfig = endpoint.PendingDeploymentSummary?.EndpointConfigName;
  const described = await describeConfig(reads, config);
  const variants = await inParallel(maxParallel, described.ProductionVariants ?? [], async (variant) => {
    const model = variant.ModelName ?? '';
    const packageArn = model === '' ? undefined : await packageOf(reads, model);
    return { name: variant.VariantName ?? '', model, ...(packageArn !== undefined && { packageArn }) };
  });
  return {
    name,
    status: endpoint.EndpointStatus ?? '',
    config,
    ...(pendingConfig !== undefined && { pendingConfig }),
    changedAt: endpoint.LastModifiedTime?.getTime() ?? 0,
    ...(endpoint.FailureReason !== undefined && { failureReason: endpoint.FailureReason }),
    variants,
  };
}

async function versionsOf(
  { sagemaker: { reads }, s3 }: ModelClients,
  group: string,
  limit: number,
): ReturnType<Models['versions']> {
  const input = {
    ModelPackageGroupName: group,
    SortBy: 'CreationTime' as const,
    SortOrder: 'Descending' as const,
    MaxResults: Math.min(limit, 100),
  };
  const { ModelPackageSummaryList: list = [] } = await callAws(`ListModelPackages ${group}`, () =>
    reads.send(new ListModelPackagesCommand(input)),
  );
  const versions = await inParallel(maxParallel, list, ({ ModelPackageArn: arn = '' }) =>
    modelVersion(reads, s3, arn),
  );
  return versions.toSorted((one, other) => other.version - one.version);
}

/** Single-metric alarms only: metric math and composite alarms do not name an endpoint. */
async function alarmsOf({ cloudwatch }: ModelClients, endpoint: string): Promise<readonly EndpointAlarm[]> {
  const { MetricAlarms: alarms = [] } = await callAws('DescribeAlarms', () =>
    cloudwatch.send(new DescribeAlarmsCommand({ AlarmTypes: ['MetricAlarm'], MaxRecords: maxAlarms })),
  );
  return alarms
    .filter(({ Dimensions: of = [] }) =>
      of.some(({ Name, Value }) => Name === 'EndpointName' && Value === endpoint),
    )
    .map(endpointAlarm);
}
