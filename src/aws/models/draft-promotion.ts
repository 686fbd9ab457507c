import { OpsError } from '../../errors.ts';
import type { Models, PromotionRequest, ServedEndpoint } from '../../ports/models.ts';
import type { JsonObject } from '../../ports/ports.ts';
import type { SageMakerClients } from '../clients.ts';
import { copiedConfig, copiedModel } from './copied-parts.ts';
import { existingConfigFor } from './reused-config.ts';

interface DraftInput {
  readonly endpoint: string;
  readonly packageArn: string;
  /** 16 hexadecimal digits, part of every new name. */
  readonly attemptId: string;
  readonly guards: readonly string[];
}

/** The old instances stay for five minutes, so that a rollback needs no new ones. */
const terminationWaitSeconds = 300;
const maxUpdateSeconds = 3_600;

/**
 * Drafts the promotion of a version. It reuses the configuration that served the version before if there is one.
 * Otherwise it copies the current model and configuration and puts this version into them.
 */
export async function draftPromotion(
  { reads }: SageMakerClients,
  served: Models['served'],
  { endpoint, packageArn, attemptId, guards }: DraftInput,
): ReturnType<Models['draftPromotion']> {
  const now = await served(endpoint);
  const existing = await existingConfigFor(reads, now, packageArn);
  const made = existing === undefined ? await copiesFor(reads, now, packageArn, attemptId) : undefined;
  const config = existing ?? made?.config ?? '';
  const source = {
    endpoint,
    config: now.config,
    packages: now.variants.map(({ packageArn: arn = '' }) => arn),
  };
  const request: PromotionRequest = {
    endpoint,
    expects: now.config,
    config,
    packages: now.variants.map(() => packageArn),
    ...(made !== undefined && { createModel: made.createModel, createConfig: made.createConfig }),
    update: updateOf(endpoint, config, guards),
  };
  return { request, source, reused: existing !== undefined };
}

async function copiesFor(
  reads: SageMakerClients['reads'],
  now: ServedEndpoint,
  packageArn: string,
  attemptId: string,
): Promise<{ config: string; createModel: JsonObject; createConfig: JsonObject }> {
  const [first] = now.variants;
  if (first === undefined)
    throw new OpsError('endpoint-moved', `${now.name} has no variant that serves a model`);
  const model = nameWith(now.name, 'm', attemptId);
  const config = nameWith(now.name, 'c', attemptId);
  return {
    config,
    createModel: await copiedModel(reads, first.model, { name: model, packageArn }),
    createConfig: await copiedConfig(reads, now.config, { name: config, model }),
  };
}

/** SageMaker names have at most 63 characters, so long endpoint names are cut. */
function nameWith(endpoint: string, what: string, attemptId: string): string {
  const suffix = `-${what}-${attemptId}`;
  return `${endpoint.slice(0, 63 - suffix.length).replace(/(?<!-)-+$/, '')}${suffix}`;
}

/** https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails-blue-green-all-at-once.html */
function updateOf(endpoint: string, config: string, guards: readonly string[]): JsonObject {
  return {
    EndpointName: endpoint,
    EndpointConfigName: config,
    // Keeps the current instance counts of an endpoint that was scaled out for its traffic.
    RetainAllVariantProperties: true,
    DeploymentConfig: {
      BlueGreenUpdatePolicy: {
        TrafficRoutingConfiguration: { Type: 'ALL_AT_ONCE', WaitIntervalInSeconds: 0 },
        TerminationWaitInSeconds: terminationWaitSeconds,
        MaximumExecutionTimeoutInSeconds: maxUpdateSeconds,
      },
      ...(guards.length > 0 && {
        AutoRollbackConfiguration: { Alarms: guards.map((AlarmName) => ({ AlarmName })) },
      }),
    },
  };
}
