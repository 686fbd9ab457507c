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
import type { ModelChanges, Models, PromotionRequest, ServedEndpoint } from '../../ports/models.ts';
import type { JsonObject, Token } from '../../ports/ports.ts';
import { callAws } from '../aws-errors.ts';
import type { SageMakerClients } from '../clients.ts';
import { createOnce, type Part } from './own-part.ts';
import { requireServes } from './reused-config.ts';
import { requireNeverSent, seenOf } from './sent-update.ts';
import { findConfig, findModel } from './serving-parts.ts';

/**
 * Compare and set: sends the update only if the endpoint still serves the configuration that the approval was based on.
 * UpdateEndpoint has no idempotency token, and an endpoint that SageMaker has rolled back looks as if nothing had been sent.
 * So the update is marked in the journal before it is sent, and with a mark there it is only sent if it never was.
 */
export async function promote(
  clients: SageMakerClients,
  served: Models['served'],
  request: PromotionRequest,
  token: Token,
): ReturnType<ModelChanges['promote']> {
  token.requireApproved(request);
  const { endpoint, expects, config } = request;
  // Before the endpoint is read: an update that is marked after that must not look as if it had never been sent.
  const mark = await token.markOf(update);
  const before = await served(endpoint);
  if (servesOrWillServe(before, config)) return { adopted: true };
  if (mark !== undefined) requireNeverSent(before, mark);
  requireUnchanged(before, expects);
  await prepareConfig(clients, request, token);
  // Creating resources takes time, so the endpoint is checked again right before the update.
  const now = await served(endpoint);
  requireUnchanged(now, expects);
  const call = { operation: update, seen: seenOf(now), replaces: mark?.at };
  if (!(await token.confirmOnce(call)))
    throw new OpsError('outcome-unknown', `another worker is about to update ${endpoint}`);
  return sendUpdate(clients, served, request, token);
}

const update = 'UpdateEndpoint';

async function sendUpdate(
  { creates }: SageMakerClients,
  served: Models['served'],
  request: PromotionRequest,
  token: Token,
): ReturnType<ModelChanges['promote']> {
  const { endpoint, config } = request;
  // The call is plain JSON that people read before they approve; the SDK wants its own input type.
  const input = inputOf(request, token, update) as unknown as UpdateEndpointCommandInput;
  try {
    await callAws(`${update} ${endpoint}`, () => creates.send(new UpdateEndpointCommand(input)));
    return { adopted: false };
  } catch (error) {
    // The response was lost, or the update of another worker of this attempt is under way. Only the endpoint can tell.
    const now = await served(endpoint).catch((thrown: unknown) => {
      throw error instanceof OpsError && error.refused ? error : thrown;
    });
    if (servesOrWillServe(now, config)) return { adopted: true };
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

async function prepareConfig(
  clients: SageMakerClients,
  request: PromotionRequest,
  token: Token,
): Promise<void> {
  if (isObject(request['createModel'] ?? null)) {
    for (const part of partsOf(clients, request, token)) await createOnce(clients.reads, token, part);
    return;
  }
  // A configuration is immutable, but it may have been deleted and created again under the same name.
  const [version] = isList(request['packages']) ? request['packages'] : [];
  if (typeof version === 'string') await requireServes(clients.reads, request.config, version);
}

/** In the order in which they are created: the configuration names the model. */
function partsOf({ reads, creates }: SageMakerClients, request: PromotionRequest, token: Token): Part[] {
  const model = inputOf(request, token, 'CreateModel');
  const config = inputOf(request, token, 'CreateEndpointConfig');
  const modelName = nameIn(model, 'ModelName');
  const configName = nameIn(config, 'EndpointConfigName');
  return [
    {
      operation: 'CreateModel',
      name: modelName,
      input: model,
      find: async () => {
        const found = await findModel(reads, modelName);
        return found && { arn: found.ModelArn ?? '', fields: found };
      },
      create: () => creates.send(new CreateModelCommand(model as unknown as CreateModelCommandInput)),
    },
    {
      operation: 'CreateEndpointConfig',
      name: configName,
      input: config,
      find: async () => {
        const found = await findConfig(reads, configName);
        return found && { arn: found.EndpointConfigArn ?? '', fields: found };
      },
      // A frozen request, which SageMaker checks.
      create: () =>
        creates.send(new CreateEndpointConfigCommand(config as unknown as CreateEndpointConfigCommandInput)),
    },
  ];
}

/** The approved input of one call. `draftPromotion` built it in the shape of that call. */
function inputOf(request: PromotionRequest, token: Token, operation: string): JsonObject {
  const call = promotionCalls(request, token).find((one) => one.operation === operation);
  if (call === undefined) throw new OpsError('approval-lapsed', `the request has no input for ${operation}`);
  return call.input;
}

function nameIn(input: JsonObject, field: string): string {
  const name = input[field];
  if (typeof name !== 'string') throw new OpsError('approval-lapsed', `the request has no ${field}`);
  return name;
}
