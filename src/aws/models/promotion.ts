import {
  CreateEndpointConfigCommand,
  type CreateEndpointConfigCommandInput,
  CreateModelCommand,
  type CreateModelCommandInput,
  UpdateEndpointCommand,
  type UpdateEndpointCommandInput,
} from '@aws-sdk/client-sagemaker';
import { OpsError } from '../../errors.ts';
import { promotionCalls, type TryFacts } from '../../ports/calls.ts';
import type { ModelChanges, Models, PromotionRequest, ServedEndpoint } from '../../ports/models.ts';
import type { JsonObject, Token } from '../../ports/ports.ts';
import { callAws } from '../aws-errors.ts';
import type { SageMakerClients } from '../clients.ts';
import { isList, isObject } from '../training/job-fields.ts';
import { tagsOf } from '../training/job-tags.ts';
import {
  copiedConfig,
  copiedModel,
  findConfig,
  findModel,
  requireServes,
  standingConfigFor,
} from './serving-parts.ts';

interface Wanted {
  readonly endpoint: string;
  readonly packageArn: string;
  readonly mark: string;
  readonly guards: readonly string[];
}

/** Five minutes in which the old instances stay, so that a way back needs no new ones. */
const terminationWait = 300;
const longestUpdate = 3_600;

/**
 * The shortest way to serve a version: back to the configuration that served it before, or a model and a configuration
 * that are copies of the present ones with this version in them.
 */
export async function draftPromotion(
  { reads }: SageMakerClients,
  served: Models['served'],
  { endpoint, packageArn, mark, guards }: Wanted,
): ReturnType<Models['draftPromotion']> {
  const now = await served(endpoint);
  const standing = await standingConfigFor(reads, now, packageArn);
  const made = standing === undefined ? await copiesFor(reads, now, packageArn, mark) : undefined;
  const config = standing ?? made?.config ?? '';
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
  return { request, source, reused: standing !== undefined };
}

async function copiesFor(
  reads: SageMakerClients['reads'],
  now: ServedEndpoint,
  packageArn: string,
  mark: string,
): Promise<{ config: string; createModel: JsonObject; createConfig: JsonObject }> {
  const [first] = now.variants;
  if (first === undefined)
    throw new OpsError('endpoint-moved', `${now.name} has no variant that serves a model`);
  const model = nameWith(now.name, 'm', mark);
  const config = nameWith(now.name, 'c', mark);
  return {
    config,
    createModel: await copiedModel(reads, first.model, { name: model, packageArn }),
    createConfig: await copiedConfig(reads, now.config, { name: config, model }),
  };
}

/** At most 63 characters, whatever the endpoint is called. */
function nameWith(endpoint: string, what: string, mark: string): string {
  const suffix = `-${what}-${mark}`;
  return `${endpoint.slice(0, 63 - suffix.length).replace(/(?<!-)-+$/, '')}${suffix}`;
}

/** https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails-blue-green-all-at-once.html */
function updateOf(endpoint: string, config: string, guards: readonly string[]): JsonObject {
  return {
    EndpointName: endpoint,
    EndpointConfigName: config,
    // An endpoint that was scaled out keeps the instances that its traffic needs.
    RetainAllVariantProperties: true,
    DeploymentConfig: {
      BlueGreenUpdatePolicy: {
        TrafficRoutingConfiguration: { Type: 'ALL_AT_ONCE', WaitIntervalInSeconds: 0 },
        TerminationWaitInSeconds: terminationWait,
        MaximumExecutionTimeoutInSeconds: longestUpdate,
      },
      ...(guards.length > 0 && {
        AutoRollbackConfiguration: { Alarms: guards.map((AlarmName) => ({ AlarmName })) },
      }),
    },
  };
}

/** Compare and set: the update goes out only while the endpoint still serves what the approval was given for. */
export async function promote(
  clients: SageMakerClients,
  served: Models['served'],
  request: PromotionRequest,
  token: Token,
): ReturnType<ModelChanges['promote']> {
  token.requireApproved(request);
  const { endpoint, expects, config } = request;
  const before = await served(endpoint);
  if (leadsTo(before, config)) return { adopted: true };
  requireStill(before, expects);
  // What was created took its time: the last look comes right before the update.
  if (await create(clients, request, token)) requireStill(await served(endpoint), expects);
  else await requireReused(clients, request);
  await token.confirm();
  try {
    await callAws(`UpdateEndpoint ${endpoint}`, () =>
      clients.creates.send(
        new UpdateEndpointCommand(inputOf<UpdateEndpointCommandInput>(request, token, 'UpdateEndpoint')),
      ),
    );
    return { adopted: false };
  } catch (error) {
    // The answer was lost, or another run of this try was first: only a look can tell.
    if (leadsTo(await served(endpoint), config)) return { adopted: true };
    throw error;
  }
}

function requireStill({ name, status, config }: ServedEndpoint, expected: string): void {
  if (config === expected && status === 'InService') return;
  throw new OpsError('endpoint-moved', `${name} is ${status} and serves ${config}, not ${expected}`);
}

function leadsTo({ config, pendingConfig }: ServedEndpoint, wanted: string): boolean {
  return config === wanted || pendingConfig === wanted;
}

/** A configuration keeps its content for life, but another one may have been made under its name. */
async function requireReused(
  { reads }: SageMakerClients,
  { config, packages }: PromotionRequest,
): Promise<void> {
  const [version] = isList(packages) ? packages : [];
  if (typeof version === 'string') await requireServes(reads, config, version);
}

/** False where the way back needs nothing new. */
async function create(clients: SageMakerClients, request: PromotionRequest, token: Token): Promise<boolean> {
  if (!isObject(request['createModel'] ?? null)) return false;
  const model = inputOf<CreateModelCommandInput>(request, token, 'CreateModel');
  const config = inputOf<CreateEndpointConfigCommandInput>(request, token, 'CreateEndpointConfig');
  await unlessOurs(clients, token, await findModel(clients.reads, model.ModelName ?? ''), async () => {
    await clients.creates.send(new CreateModelCommand(model));
  });
  await unlessOurs(
    clients,
    token,
    await findConfig(clients.reads, config.EndpointConfigName ?? ''),
    async () => {
      await clients.creates.send(new CreateEndpointConfigCommand(config));
    },
  );
  return true;
}

/** The name carries this try's mark: what stands under it is this try's own, or somebody took the name. */
async function unlessOurs(
  { reads }: SageMakerClients,
  token: Token,
  standing: { readonly arn: string } | undefined,
  make: () => Promise<void>,
): Promise<void> {
  if (standing === undefined) {
    await token.confirm();
    return callAws('CreateModel or CreateEndpointConfig', make);
  }
  const tags = await tagsOf(reads, standing.arn);
  if (tags.get('relight:intent') !== token.id)
    throw new OpsError('job-foreign', `${standing.arn} was not made by this try`);
}

/** The input of one call, as people approved it. `draftPromotion` gave it the shape of that call. */
function inputOf<T>(request: PromotionRequest, facts: TryFacts, operation: string): T {
  const call = promotionCalls(request, facts).find((one) => one.operation === operation);
  if (call === undefined) throw new OpsError('approval-lapsed', `the request has no input for ${operation}`);
  return call.input as unknown as T;
}
