import { ListEndpointConfigsCommand, type ProductionVariant } from '@aws-sdk/client-sagemaker';
import { OpsError } from '../../errors.ts';
import type { ServedEndpoint } from '../../ports/models.ts';
import { callAws } from '../aws-errors.ts';
import { findConfig, packageOf, type Reads } from './serving-parts.ts';

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
  const wanted = variants.map((variant) => variant.name).toSorted();
  for (const { EndpointConfigName: config = '' } of list) {
    if (config === current) continue;
    const served = (await findConfig(reads, config))?.ProductionVariants ?? [];
    const names = served.map(({ VariantName = '' }) => VariantName).toSorted();
    if (names.length === 0 || names.join() !== wanted.join()) continue;
    if (await servesOnly(reads, served, packageArn)) return config;
  }
  return undefined;
}

/** Throws `basis-changed` if the configuration is gone or was recreated with another version in it. */
export async function requireServes(reads: Reads, config: string, packageArn: string): Promise<void> {
  const served = (await findConfig(reads, config))?.ProductionVariants ?? [];
  if (served.length === 0) throw new OpsError('basis-changed', `the configuration ${config} is gone`);
  if (!(await servesOnly(reads, served, packageArn)))
    throw new OpsError('basis-changed', `the configuration ${config} now serves another version`);
}

async function servesOnly(
  reads: Reads,
  served: readonly ProductionVariant[],
  packageArn: string,
): Promise<boolean> {
  const packages = await Promise.all(served.map(({ ModelName = '' }) => packageOf(reads, ModelName)));
  return packages.every((arn) => arn === packageArn);
}
