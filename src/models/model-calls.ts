import { isObject, type Json, type JsonObject } from '../ports/basics.ts';
import { type AwsCall, type TryFacts, withTryTags } from '../ports/calls.ts';

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
export function rejectCall(request: JsonObject, { id }: Pick<TryFacts, 'id'>): AwsCall {
  return { operation: 'UpdateModelPackage', input: { ...request, ClientToken: id } };
}

/** The frozen request of a rejection. SageMaker limits ApprovalDescription to 1,024 characters, so the note is cut. */
export function rejection(packageArn: string, note: string): JsonObject {
  return {
    ModelPackageArn: packageArn,
    ModelApprovalStatus: 'Rejected',
    ApprovalDescription: note.slice(0, 1_024),
  };
}
