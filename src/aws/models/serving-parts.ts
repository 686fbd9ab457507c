import {
  DescribeEndpointConfigCommand,
  type DescribeEndpointConfigCommandOutput,
  DescribeModelCommand,
  type DescribeModelCommandOutput,
  ListEndpointConfigsCommand,
} from '@aws-sdk/client-sagemaker';
import { OpsError } from '../../errors.ts';
import type { ServedEndpoint, ServingInstances } from '../../ports/models.ts';
import type { JsonObject } from '../../ports/ports.ts';
import { callAws } from '../aws-errors.ts';
import type { SageMakerClients } from '../clients.ts';
import { packageOf } from './model-package.ts';

type Reads = SageMakerClients['reads'];

/** How many configurations are searched for one that served the version before. */
const maxConfigs = 20;

/** Finds an existing configuration with the same variants, each of which serves this version. */
export async function existingConfigFor(
  reads: Reads,
  { name, config: current, variants }: ServedEndpoint,
  packageArn: string,
): Promise<string | undefined> {
  const input = { NameContains: name, SortBy: 'CreationTime' as const, SortOrder: 'Descending' as const };
  const { EndpointConfigs: list = [] } = await callAws(`ListEndpointConfigs ${name}`, () =>
    reads.send(new ListEndpointConfigsCommand({ ...input, MaxResults: maxConfigs })),
  );
  const wanted = variants.map((variant) => variant.name).toSorted((a, b) => a.localeCompare(b));
  for (const { EndpointConfigName: config = '' } of list) {
    if (config === current) continue;
    const found = await findConfig(reads, config);
    const served = found?.described.ProductionVariants ?? [];
    const names = served.map(({ VariantName = '' }) => VariantName).toSorted((a, b) => a.localeCompare(b));
    if (names.length === 0 || names.join() !== wanted.join()) continue;
    if (await servesOnly(reads, served, packageArn)) return config;
  }
  return undefined;
}

/** Throws `basis-changed` if the configuration is gone or was recreated with another version in it. */
export async function requireServes(reads: Reads, config: string, packageArn: string): Promise<void> {
  const found = await findConfig(reads, config);
  const served = found?.described.ProductionVariants ?? [];
  if (served.length === 0) throw new OpsError('basis-changed', `the configuration ${config} is gone`);
  if (!(await servesOnly(reads, served, packageArn)))
    throw new OpsError('basis-changed', `the configuration ${config} now serves another version`);
}

async function servesOnly(
  reads: Reads,
  served: readonly { readonly ModelName?: string | undefined }[],
  packageArn: string,
): Promise<boolean> {
  const packages = await Promise.all(served.map(({ ModelName = '' }) => packageOf(reads, ModelName)));
  return packages.every((arn) => arn === packageArn);
}

export async function findModel(
  reads: Reads,
  name: string,
): Promise<{ readonly arn: string; readonly described: DescribeModelCommandOutput } | undefined> {
  return unlessMissing(async () => {
    const described = await callAws(`DescribeModel ${name}`, () =>
      reads.send(new DescribeModelCommand({ ModelName: name })),
    );
    return { arn: described.ModelArn ?? '', described };
  });
}

export async function findConfig(
  reads: Reads,
  name: string,
): Promise<{ readonly arn: string; readonly described: DescribeEndpointConfigCommandOutput } | undefined> {
  return unlessMissing(async () => {
    const described = await callAws(`DescribeEndpointConfig ${name}`, () =>
      reads.send(new DescribeEndpointConfigCommand({ EndpointConfigName: name })),
    );
    return { arn: described.EndpointConfigArn ?? '', described };
  });
}

/** SageMaker returns a ValidationException with "Could not find", although its API lists ResourceNotFound. */
async function unlessMissing<T>(call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await call();
  } catch (error) {
    const missing =
      error instanceof OpsError && /could not find|job-not-found/i.test(`${error.code} ${error.detail}`);
    if (missing) return undefined;
    throw error;
  }
}

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ProductionVariant.html */
export async function instancesOf(reads: Reads, config: string): Promise<readonly ServingInstances[]> {
  const { ProductionVariants: variants = [], ShadowProductionVariants: shadows = [] } = await callAws(
    `DescribeEndpointConfig ${config}`,
    () => reads.send(new DescribeEndpointConfigCommand({ EndpointConfigName: config })),
  );
  return [...variants, ...shadows].flatMap(({ InstanceType: type, InitialInstanceCount: count = 1 }) =>
    type === undefined ? [] : [{ type, count }],
  );
}

/** A copy of the current model that serves another version. Role, network and isolation stay the same. */
export async function copiedModel(
  reads: Reads,
  current: string,
  { name, packageArn }: { readonly name: string; readonly packageArn: string },
): Promise<JsonObject> {
  const found = await findModel(reads, current);
  const { ExecutionRoleArn, VpcConfig, EnableNetworkIsolation } = found?.described ?? {};
  return plain({
    ModelName: name,
    Containers: [{ ModelPackageName: packageArn }],
    ExecutionRoleArn,
    VpcConfig,
    EnableNetworkIsolation,
  });
}

/** A copy of the current configuration with another model in every variant. */
export async function copiedConfig(
  reads: Reads,
  current: string,
  { name, model }: { readonly name: string; readonly model: string },
): Promise<JsonObject> {
  const found = await findConfig(reads, current);
  const {
    $metadata: _metadata,
    EndpointConfigArn: _arn,
    CreationTime: _time,
    ProductionVariants: variants = [],
    ...kept
  } = found?.described ?? { $metadata: {} };
  return plain({
    ...kept,
    EndpointConfigName: name,
    ProductionVariants: variants.map((variant) => ({ ...variant, ModelName: model })),
  });
}

/** Drops undefined fields, since the request is frozen as JSON. */
function plain(value: Readonly<Record<string, unknown>>): JsonObject {
  return JSON.parse(JSON.stringify(value)) as JsonObject;
}
