import { describe, expect, it } from 'vitest';
import { isDefiniteRefusal } from '../../src/aws/aws-error-codes.ts';
import { callAws } from '../../src/aws/aws-errors.ts';
import { OpsError } from '../../src/errors.ts';

function serviceError(name: string, message: string, httpStatusCode?: number): Error {
  return Object.assign(new Error(message), { name, $metadata: { httpStatusCode } });
}

async function codeFor(thrown: unknown): Promise<string> {
  const error: unknown = await callAws('Op', () => Promise.reject(thrown)).catch((caught: unknown) => caught);
  return error instanceof OpsError ? error.code : 'no OpsError';
}

const cases: readonly (readonly [string, Error, string])[] = [
  [
    'a missing job',
    serviceError('ValidationException', 'Requested resource not found.', 400),
    'job-not-found',
  ],
  ['a missing job, as the API lists it', serviceError('ResourceNotFound', '', 400), 'job-not-found'],
  ['a malformed request', serviceError('ValidationException', '1 validation error', 400), 'aws-refused'],
  ['a throttle', serviceError('ThrottlingException', 'Rate exceeded', 400), 'aws-throttled'],
  ['a throttle of S3', serviceError('SlowDown', 'Please reduce your request rate.', 503), 'aws-throttled'],
  [
    'a quota',
    serviceError('ResourceLimitExceeded', 'ml.p4d.24xlarge for training job usage', 400),
    'aws-quota',
  ],
  ['a denial', serviceError('AccessDeniedException', 'no', 400), 'aws-denied'],
  ['a denial without a body', serviceError('403', 'UnknownError', 403), 'aws-denied'],
  [
    'a role that may not be passed',
    serviceError(
      'ValidationException',
      'User: u is not authorized to perform: iam:PassRole on resource: r',
      400,
    ),
    'aws-denied',
  ],
  ['a server error', serviceError('InternalFailure', '', 500), 'aws-unavailable'],
  ['a server error with a new name', serviceError('SomethingNew', '', 503), 'aws-unavailable'],
  ['a reset', Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }), 'aws-unavailable'],
  ['a timeout', Object.assign(new Error('slow'), { name: 'TimeoutError' }), 'aws-unavailable'],
  ['a bug in Relight', new TypeError('x is not a function'), 'unexpected'],
];

describe('an AWS error', () => {
  it.each(cases)('is classified: %s', async (_what, thrown, code) => {
    expect(await codeFor(thrown)).toBe(code);
  });

  it('contains the operation and the AWS message, cut to a maximum length', async () => {
    const thrown = serviceError('AccessDeniedException', 'x'.repeat(10_000), 400);

    const call = callAws('ListTags arn', () => Promise.reject(thrown));

    await expect(call).rejects.toThrow(/ListTags arn: AccessDeniedException: x{600}$/);
  });
});

const failure = (name: string, message: string, status?: number, attempts?: number) => ({
  name,
  message,
  $metadata: { httpStatusCode: status, attempts },
});

describe('an error of a call that was to change something', () => {
  it.each([
    ['a denial', failure('AccessDeniedException', 'no', 400, 1)],
    ['a malformed request', failure('ValidationException', '1 validation error', 400, 1)],
    ['a quota', failure('ResourceLimitExceeded', 'too many', 400, 1)],
    ['a throttle', failure('ThrottlingException', 'Rate exceeded', 400, 1)],
  ])('says that nothing was changed: %s', (_what, error) => {
    expect(isDefiniteRefusal(error)).toBe(true);
  });

  it.each([
    ['a server error', failure('InternalFailure', '', 500, 1)],
    ['a timeout', failure('TimeoutError', 'slow', undefined, 1)],
    ['a timeout of S3', failure('RequestTimeout', 'slow', 400, 1)],
    ['a name that is taken', failure('ResourceInUse', 'taken', 400, 1)],
    ['a model that exists', failure('ValidationException', 'Cannot create already existing model', 400, 1)],
    ['a conflict', failure('ConflictException', 'conflict', 400, 1)],
    ['an object that exists', failure('PreconditionFailed', '', 412, 1)],
    ['a denial of the second try', failure('AccessDenied', 'no', 403, 2)],
  ])('leaves open whether it was changed: %s', (_what, error) => {
    expect(isDefiniteRefusal(error)).toBe(false);
  });
});
