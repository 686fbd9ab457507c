import { OpsError } from '../../errors.ts';
import type { AwsCall } from '../../ports/calls.ts';
import { type SessionScope, type Statement, statementsFor } from './session-statements.ts';

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
const maxLength = 2_048;

const nothing: Statement = { Effect: 'Deny', Action: ['*'], Resource: ['*'] };

/**
 * The session policy that allows these calls and nothing else, as JSON of at most 2,048 characters. S3 keys can be longer
 * than that: then the longest one is cut by a folder until the policy fits. Without calls, it denies everything.
 *
 * @example sessionPolicy([stopCall('job-1')], scope) // allows sagemaker:StopTrainingJob on training-job/job-1
 */
export function sessionPolicy(calls: readonly AwsCall[], scope: SessionScope): string {
  const allowed = calls.flatMap((call) => statementsFor(call, scope));
  let statements = allowed.length === 0 ? [nothing] : merged(allowed);
  for (;;) {
    const policy = JSON.stringify({ Version: '2012-10-17', Statement: statements });
    if (policy.length <= maxLength) return policy;
    const longest = statements
      .flatMap(({ Resource }) => Resource)
      .filter((resource) => cut(resource) !== resource)
      .reduce((longer, one) => (one.length > longer.length ? one : longer), '');
    if (longest === '')
      throw new OpsError(
        'aws-refused',
        `the session policy of this change has ${policy.length} characters, and AWS allows ${maxLength}`,
      );
    statements = merged(
      statements.map((one) => ({
        ...one,
        Resource: one.Resource.map((resource) => (resource === longest ? cut(resource) : resource)),
      })),
    );
  }
}

/** The folder above an S3 key with everything in it; anything else, and a whole bucket, stays as it is. */
function cut(resource: string): string {
  const [, bucket = '', key = '*'] = /^(arn:[^:]*:s3:::[^/]+)\/(.*)$/s.exec(resource) ?? [];
  if (key === '*') return resource;
  const name = key.replace(/\/?\*?$/, '');
  return `${bucket}/${name.slice(0, name.lastIndexOf('/') + 1)}*`;
}

/** Statements with the same resources and conditions become one, and so do those with the same actions and conditions. */
function merged(statements: readonly Statement[]): Statement[] {
  const byResource = group(statements, ({ Resource, Condition }) => [Resource, Condition]).map((same) => ({
    ...same[0],
    Action: unique(same.flatMap(({ Action }) => Action)),
  }));
  return group(byResource, ({ Action, Condition }) => [Action, Condition]).map((same) => ({
    ...same[0],
    Resource: unique(same.flatMap(({ Resource }) => Resource)),
  }));
}

type NotEmpty<T> = readonly [T, ...T[]];

function group<T>(all: readonly T[], keyOf: (one: T) => unknown): readonly NotEmpty<T>[] {
  const groups = new Map<string, [T, ...T[]]>();
  for (const one of all) {
    const key = JSON.stringify(keyOf(one));
    const found = groups.get(key);
    if (found === undefined) groups.set(key, [one]);
    else found.push(one);
  }
  return [...groups.values()];
}

function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}
