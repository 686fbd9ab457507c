import {
  CreateEndpointConfigCommand,
  type CreateEndpointConfigCommandInput,
  CreateModelCommand,
  type CreateModelCommandInput,
  UpdateEndpointCommand,
  type UpdateEndpointCommandInput,
} from '@aws-sdk/client-sagemaker';
import { OpsError } from '../../errors.ts';
import { promotionCalls } from '../../models/model-calls.ts';
import { isList, isObject } from '../../ports/basics.ts';
import type { TryFacts } from '../../ports/calls.ts';
import type { ModelChanges, Models, PromotionRequest, ServedEndpoint } from '../../ports/models.ts';
import type { Token } from '../../ports/ports.ts';
import { callAws } from '../aws-errors.ts';
import type { SageMakerClients } from '../clients.ts';
import { tagsOf } from '../training/job-tags.ts';
import { requireServes } from './reused-config.ts';
import { findConfig, findModel, type Reads } from './serving-parts.ts';

/** Compare and set: sends the update only if the endpoint still serves the configuration that the approval was based on. */
export async function promote(
  clients: SageMakerClients,
  served: Models['served'],
  request: PromotionRequest,
  token: Token,
): ReturnType<ModelChanges['promote']> {
  token.requireApproved(request);
  const { endpoint, expects, config } = request;
  const before = await served(endpoint);
  if (servesOrWillServe(before, config)) return { adopted: true };
  requireUnchanged(before, expects);
  // Creating resources takes time, so the endpoint is checked again right before the update.
  if (await create(clients, request, token)) requireUnchanged(await served(endpoint), expects);
  else {
    // A configuration is immutable, but it may have been deleted and created again under the same name.
    const [version] = isList(request['packages']) ? request['packages'] : [];
    if (typeof version === 'string') await requireServes(clients.reads, config, version);
  }
  await token.confirm();
  try {
    await callAws(`UpdateEndpoint ${endpoint}`, () =>
      clients.creates.send(
        new UpdateEndpointCommand(inputOf<UpdateEndpointCommandInput>(request, token, 'UpdateEndpoint')),
      ),
    );
    return { adopted: false };
  } catch (error) {
    // The response was lost or another run of this attempt was first. Only the endpoint's state can tell.
    if (servesOrWillServe(await served(endpoint), config)) return { adopted: true };
    throw error;
  }
}

function requireUnchanged({ name, status, config }: ServedEndpoint, expected: string): void {
  if (config === expected && status === 'InService') return;
  throw new OpsError('endpoint-moved', `${name} is ${status} and serves ${config}, not ${expected}`);
}

function servesOrWillServe({ config, pendingConfig }: ServedEndpoint, wanted: string): boolean {
  return config === wanted || pendingConfig === wanted;
}

/** Returns false when an existing configuration is reused and nothing is created. */
async function create(clients: SageMakerClients, request: PromotionRequest, token: Token): Promise<boolean> {
  if (!isObject(request['createModel'] ?? null)) return false;
  const model = inputOf<CreateModelCommandInput>(request, token, 'CreateModel');
  const config = inputOf<CreateEndpointConfigCommandInput>(request, token, 'CreateEndpointConfig');
  const { reads, creates } = clients;
  const ownModel = await findModel(reads, model.ModelName ?? '');
  await createUnlessExists(reads, token, ownModel && (ownModel.ModelArn ?? ''), () =>
    creates.send(new CreateModelCommand(model)),
  );
  const ownConfig = await findConfig(reads, config.EndpointConfigName ?? '');
  await createUnlessExists(reads, token, ownConfig && (ownConfig.EndpointConfigArn ?? ''), () =>
    creates.send(new CreateEndpointConfigCommand(config)),
  );
  return true;
}

/** The name contains this attempt's key, so an existing resource is either this attempt's own or a name clash. */
async function createUnlessExists(
  reads: Reads,
  token: Token,
  existing: string | undefined,
  make: () => Promise<object>,
): Promise<void> {
  if (existing === undefined) {
    await token.confirm();
    await callAws('CreateModel or CreateEndpointConfig', make);
  } else if ((await tagsOf(reads, existing)).get('relight:intent') !== token.id)
    throw new OpsError('job-foreign', `${existing} was not created by this attempt`);
}

/** The approved input of one call. `draftPromotion` built it in the shape of that call. */
function inputOf<T>(request: PromotionRequest, facts: TryFacts, operation: string): T {
  const call = promotionCalls(request, facts).find((one) => one.operation === operation);
  if (call === undefined) throw new OpsError('approval-lapsed', `the request has no input for ${operation}`);
  return call.input as unknown as T;
}
