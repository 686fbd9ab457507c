import { createHash } from 'node:crypto';
import type { JsonObject } from './basics.ts';
import type { Mark, Token } from './token.ts';

/**
 * The AWS calls that an approved change makes. The adapters in `src/aws` build their inputs with the same functions as
 * the view that people read before they approve, so the two cannot differ.
 */

export interface AwsCall {
  /** As the AWS API calls it, e.g. `CreateTrainingJob`. */
  readonly operation: string;
  /** The complete input. */
  readonly input: JsonObject;
  /** Set where this stands for several calls of one pattern, such as one for each object: says which. */
  readonly repeats?: string;
}

/** The facts of a try that its tags carry. */
export type TryFacts = Pick<Token, 'id' | 'incident' | 'hash' | 'approvers'>;

/** In place of the Slack ids of the approvers, which only the approval brings. */
export const stillOpen = 'SLACK-ID-OF-THE-APPROVER';

/** Key to value. */
export type Tags = ReadonlyMap<string, string>;

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_Tag.html: the characters and the length of a value. */
const forbidden = /[^\p{L}\p{Z}\p{N}_.:/=+\-@]/gu;
const longestValue = 256;

/** Stable for every run of one try, also after a crash; differs between tries. */
export function markOf({ incident, step, attempt }: Pick<Mark, 'incident' | 'step' | 'attempt'>): Mark {
  const id = (n: number): string =>
    createHash('sha256')
      .update(JSON.stringify([incident, step, n]))
      .digest('hex')
      .slice(0, 16);
  const earlier = Array.from({ length: attempt - 1 }, (_, index) => id(index + 1));
  return { incident, step, attempt, id: id(attempt), earlier };
}

/** Identifies a resource as the one this try made, and ties it to its approval on the bill. */
export function tagsOfTry({ id, hash, incident, approvers }: TryFacts): Tags {
  return new Map([
    ['relight:intent', id],
    ['relight:spec-hash', hash],
    ['relight:incident', asTagValue(incident)],
    ['relight:approved-by', asTagValue(approvers.join(' '))],
  ]);
}

/** Sorted by key, so that the same tags always make the same request. */
export function tagList(tags: Tags): { readonly Key: string; readonly Value: string }[] {
  return [...tags].map(([Key, Value]) => ({ Key, Value })).toSorted((a, b) => (a.Key < b.Key ? -1 : 1));
}

/** The tags of a request; anything that is not a list of tags counts as none. */
export function tagsIn(request: JsonObject): Tags {
  const { Tags: list } = request;
  if (!Array.isArray(list)) return new Map();
  return new Map(
    list.flatMap((tag: unknown) => {
      const { Key, Value } = (tag ?? {}) as { readonly Key?: unknown; readonly Value?: unknown };
      return typeof Key === 'string' && typeof Value === 'string' ? [[Key, Value] as const] : [];
    }),
  );
}

/** The request with the tags of the try added to its own. */
export function withTryTags(request: JsonObject, facts: TryFacts): JsonObject {
  return { ...request, Tags: tagList(new Map([...tagsIn(request), ...tagsOfTry(facts)])) };
}

function asTagValue(text: string): string {
  return text.replace(forbidden, '_').slice(0, longestValue);
}

/** For `sends`: the call that `training.launch` makes, the frozen request with the tags of its attempt. */
export function launchCall(request: JsonObject, facts: TryFacts): AwsCall {
  return { operation: 'CreateTrainingJob', input: withTryTags(request, facts) };
}

/** For `sends`: the call that `training.stop` makes. */
export function stopCall(job: string): AwsCall {
  return { operation: 'StopTrainingJob', input: { TrainingJobName: job } };
}

/** A promotion: a model and a configuration where no configuration that served this version is left, then the update. */
export function promotionCalls(request: JsonObject, facts: TryFacts): readonly AwsCall[] {
  const { createModel, createConfig, update } = request;
  const made = (operation: string, input: JsonObject): AwsCall => ({
    operation,
    input: withTryTags(input, facts),
  });
  return [
    ...(isObject(createModel) ? [made('CreateModel', createModel)] : []),
    ...(isObject(createConfig) ? [made('CreateEndpointConfig', createConfig)] : []),
    ...(isObject(update) ? [{ operation: 'UpdateEndpoint', input: update }] : []),
  ];
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The client token makes a repeated call harmless. https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdateModelPackage.html */
export function rejectCall(request: JsonObject, { id }: Pick<TryFacts, 'id'>): AwsCall {
  return { operation: 'UpdateModelPackage', input: { ...request, ClientToken: id } };
}

/** ApprovalDescription takes 1,024 characters. */
export function rejection(packageArn: string, note: string): JsonObject {
  return {
    ModelPackageArn: packageArn,
    ModelApprovalStatus: 'Rejected',
    ApprovalDescription: note.slice(0, 1_024),
  };
}
