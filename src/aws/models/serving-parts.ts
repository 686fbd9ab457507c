import {
  DescribeEndpointConfigCommand,
  type DescribeEndpointConfigCommandOutput,
  DescribeModelCommand,
  type DescribeModelCommandOutput,
} from '@aws-sdk/client-sagemaker';
import { OpsError } from '../../errors.ts';
import type { ServingInstances } from '../../ports/models.ts';
import { callAws } from '../aws-errors.ts';
import type { SageMakerClients } from '../clients.ts';

export type Reads = SageMakerClients['reads'];

async function describeModel(reads: Reads, name: string): Promise<DescribeModelCommandOutput> {
  return callAws(`DescribeModel ${name}`, () => reads.send(new DescribeModelCommand({ ModelName: name })));
}

export async function describeConfig(
  reads: Reads,
  name: string,
): Promise<DescribeEndpointConfigCommandOutput> {
  return callAws(`DescribeEndpointConfig ${name}`, () =>
    reads.send(new DescribeEndpointConfigCommand({ EndpointConfigName: name })),
  );
}

export async function findModel(reads: Reads, name: string): Promise<DescribeModelCommandOutput | undefined> {
  return unlessMissing(() => describeModel(reads, name));
}

export async function findConfig(
  reads: Reads,
  name: string,
): Promise<DescribeEndpointConfigCommandOutput | undefined> {
  return unlessMissing(() => describeConfig(reads, name));
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
  const described = await describeConfig(reads, config);
  const { ProductionVariants: variants = [], ShadowProductionVariants: shadows = [] } = described;
  return [...variants, ...shadows].flatMap(({ InstanceType: type, InitialInstanceCount: count = 1 }) =>
    type === undefined ? [] : [{ type, count }],
  );
}

/** The package that a model serves. Deploy scripts set one primary container, the console a list; Describe mirrors that. */
export async function packageOf(reads: Reads, model: string): Promise<string | undefined> {
  const { Containers = [], PrimaryContainer } = await describeModel(reads, model);
  return [PrimaryContainer, ...Containers].find((one) => one?.ModelPackageName !== undefined)
    ?.ModelPackageName;
}
