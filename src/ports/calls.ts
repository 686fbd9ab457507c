import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { JsonObject, S3Uri } from './basics.ts';
import type { AttemptKey, Token } from './token.ts';

/**
 * The AWS calls of an approved change. The adapters in `src/aws` and the view that people read before they approve use the
 * same functions to build the inputs, so the two cannot differ.
 */

/**
 * One call as the approvers read it.
 *
 * @example { operation: 'StopTrainingJob', input: { TrainingJobName: 'job-1' } }
 */
export interface AwsCall {
  /** Name of the AWS API operation, e.g. `CreateTrainingJob`. */
  readonly operation: string;
  /** The complete input. */
  readonly input: JsonObject;
  /** Set if this represents several similar calls, such as one per object: describes them. */
  readonly repeats?: string;
}

/** The facts of an attempt that its tags carry. */
export type TryFacts = Pick<Token, 'id' | 'incident' | 'hash' | 'approvers'>;

/** Placeholder for the approvers' Slack ids, which are unknown until they approve. */
export const stillOpen = 'SLACK-ID-OF-THE-APPROVER';

/** Tag keys with their values. */
export type Tags = ReadonlyMap<string, string>;

/** Allowed characters and length of a tag value: https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_Tag.html */
const forbidden = /[^\p{L}\p{Z}\p{N}_.:/=+\-@]/gu;
const longestValue = 256;

/** The same for every run of one attempt, even after a crash; different for each attempt. `attempt` counts from 1. */
export function attemptKeyOf({
  incident,
  step,
  attempt,
}: Pick<AttemptKey, 'incident' | 'step' | 'attempt'>): AttemptKey {
  const id = (n: number): string =>
    createHash('sha256')
      .update(JSON.stringify([incident, step, n]))
      .digest('hex')
      .slice(0, 16);
  const earlier = Array.from({ length: attempt - 1 }, (_, index) => id(index + 1));
  return { incident, step, attempt, id: id(attempt), earlier };
}

/** Tags that identify a resource as created by this attempt, and tie it to its approval on the bill. */
export function tagsOfTry({ id, hash, incident, approvers }: TryFacts): Tags {
  return new Map([
    ['relight:intent', id],
    ['relight:spec-hash', hash],
    ['relight:incident', asTagValue(incident)],
    ['relight:approved-by', asTagValue(approvers.join(' '))],
  ]);
}

/** Sorted by key, so that equal tags result in equal requests. */
export function tagList(tags: Tags): { readonly Key: string; readonly Value: string }[] {
  return [...tags].map(([Key, Value]) => ({ Key, Value })).toSorted((a, b) => (a.Key < b.Key ? -1 : 1));
}

/** The tags of a request; empty if it has no valid list of tags. */
export function tagsIn(request: JsonObject): Tags {
  const { Tags: list } = request;
  if (!Array.isArray(list)) return new Map();
  return new Map(
    list.flatMap((tag: unknown) => {
      // A tag of a frozen request is JSON; both fields are checked before use.
      const { Key, Value } = (tag ?? {}) as { readonly Key?: unknown; readonly Value?: unknown };
      return typeof Key === 'string' && typeof Value === 'string' ? [[Key, Value] as const] : [];
    }),
  );
}

/** Adds the tags of the attempt to those of the request. */
export function withTryTags(request: JsonObject, facts: TryFacts): JsonObject {
  return { ...request, Tags: tagList(new Map([...tagsIn(request), ...tagsOfTry(facts)])) };
}

function asTagValue(text: string): string {
  return text.replace(forbidden, '_').slice(0, longestValue);
}

/**
 * For `sends`: the call that `training.launch` makes, the frozen request with the tags of its attempt.
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateTrainingJob.html
 *
 * @example sends: ({ request }, facts) => [launchCall(request, facts)]
 */
export function launchCall(request: JsonObject, facts: TryFacts): AwsCall {
  return { operation: 'CreateTrainingJob', input: withTryTags(request, facts) };
}

/** For `sends`: a write of one new object, which never replaces another. */
export function putCall(uri: S3Uri, repeats: string): AwsCall {
  const [, bucket = '', key = ''] = /^s3:\/\/([^/]+)\/(.*)$/s.exec(uri) ?? [];
  return { operation: 'PutObject', input: { Bucket: bucket, Key: key, IfNoneMatch: '*' }, repeats };
}

/**
 * For `sends`: the call that `training.stop` makes.
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_StopTrainingJob.html
 *
 * @example sends: ({ request }) => [stopCall(String(request.TrainingJobName))]
 */
export function stopCall(job: string): AwsCall {
  return { operation: 'StopTrainingJob', input: { TrainingJobName: job } };
}

/** One request that a change sent to AWS. */
export const AwsCallMade = z.object({
  /** As the SDK names it, such as `SageMaker`. */
  service: z.string(),
  operation: z.string(),
  /** Absent if AWS did not respond. */
  requestId: z.string().optional(),
  /** The name of the error that came back instead of a result. */
  error: z.string().optional(),
});
export type AwsCallMade = z.infer<typeof AwsCallMade>;
