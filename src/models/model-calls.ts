import { isObject, type Json, type JsonObject } from '../ports/basics.ts';
import { type AwsCall, type TryFacts, withTryTags } from '../ports/calls.ts';
import type { RejectionRequest } from '../ports/models.ts';

/**
 * A promotion: creates a model and a configuration if none that served this version is left, then updates the endpoint.
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdateEndpoint.html
 */
export function promotionCalls(request: JsonObject, facts: TryFacts): readonly AwsCall[] {
  const { createModel, createConfig, update } = request;
  const call = (operation: string, input: Json | undefined): AwsCall[] =>
    isObject(input) ? [{ operation, input: withTryTags(input, facts) }] : [];
  return [
    ...call('CreateModel', createModel),
    ...call('CreateEndpointConfig', createConfig),
    ...(isObject(update) ? [{ operation: 'UpdateEndpoint', input: update }] : []),
  ];
}

/** Rejects a model version. The client token makes a repeated call harmless. https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdateModelPackage.html */
export function rejectCall(
  { expects: _expects, ...request }: JsonObject,
  { id }: Pick<TryFacts, 'id'>,
): AwsCall {
  return { operation: 'UpdateModelPackage', input: { ...request, ClientToken: id } };
}

/**
 * The frozen request of a rejection. SageMaker limits ApprovalDescription to 1,024 characters, so the note is cut.
 * `expects`: the approval status that the registry must still have when it is sent (compare-and-set).
 */
export function rejection(packageArn: string, note: string, expects: string): RejectionRequest {
  return {
    ModelPackageArn: packageArn,
    ModelApprovalStatus: 'Rejected',
    ApprovalDescription: note.slice(0, 1_024),
    expects,
  };
}

/** The frozen request in its own type; undefined if it rejects no version, or an earlier Relight built it. */
export function rejectionIn(request: JsonObject): RejectionRequest | undefined {
  const { ModelPackageArn: arn, ApprovalDescription: note, expects } = request;
  if (typeof arn !== 'string' || typeof note !== 'string' || typeof expects !== 'string') return undefined;
  return { ...request, ModelPackageArn: arn, ApprovalDescription: note, expects };
}
