import type { JsonObject } from '../../ports/ports.ts';
import { findConfig, findModel, type Reads } from './serving-parts.ts';

/** A copy of the current model that serves another version. Role, network and isolation stay the same. */
export async function copiedModel(
  reads: Reads,
  current: string,
  { name, packageArn }: { readonly name: string; readonly packageArn: string },
): Promise<JsonObject> {
  const { ExecutionRoleArn, VpcConfig, EnableNetworkIsolation } = (await findModel(reads, current)) ?? {};
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
  const {
    $metadata: _metadata,
    EndpointConfigArn: _arn,
    CreationTime: _time,
    ProductionVariants: variants = [],
    ...kept
  } = (await findConfig(reads, current)) ?? { $metadata: {} };
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
