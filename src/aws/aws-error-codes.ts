import { z } from 'zod';
import type { OpsErrorCode } from '../errors.ts';

/** An error thrown by the SDK: a service response, a Node network error or one of its own. */
export const Failure = z.object({
  name: z.string(),
  message: z.string(),
  /** Set on network errors: https://nodejs.org/api/errors.html#common-system-errors */
  code: z.string().optional().catch(undefined),
  $metadata: z
    .object({ httpStatusCode: z.number().optional(), attempts: z.number().optional() })
    .optional()
    .catch(undefined),
});
export type Failure = z.infer<typeof Failure>;

/**
 * Errors whose name is ambiguous. In practice, a missing training job is a ValidationException although the API lists
 * ResourceNotFound, and a missing iam:PassRole has more than one name.
 */
const byMessage: readonly { readonly pattern: RegExp; readonly code: OpsErrorCode }[] = [
  { pattern: /requested resource not found/i, code: 'job-not-found' },
  { pattern: /not authorized to perform/i, code: 'aws-denied' },
];

/**
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/CommonErrors.html
 * https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 */
const byName: Readonly<Record<string, OpsErrorCode>> = {
  Throttling: 'aws-throttled',
  ThrottlingException: 'aws-throttled',
  ThrottledException: 'aws-throttled',
  RequestThrottled: 'aws-throttled',
  RequestThrottledException: 'aws-throttled',
  RequestLimitExceeded: 'aws-throttled',
  TooManyRequestsException: 'aws-throttled',
  SlowDown: 'aws-throttled',
  KmsThrottlingException: 'aws-throttled',
  TimeoutError: 'aws-unavailable',
  RequestTimeout: 'aws-unavailable',
  RequestTimeoutException: 'aws-unavailable',
  AccessDenied: 'aws-denied',
  AccessDeniedException: 'aws-denied',
  CredentialsProviderError: 'aws-denied',
  ExpiredToken: 'aws-denied',
  ExpiredTokenException: 'aws-denied',
  InvalidAccessKeyId: 'aws-denied',
  InvalidSignatureException: 'aws-denied',
  SignatureDoesNotMatch: 'aws-denied',
  UnrecognizedClientException: 'aws-denied',
  KmsAccessDeniedException: 'aws-denied',
  ResourceLimitExceeded: 'aws-quota',
  ServiceQuotaExceededException: 'aws-quota',
  ExecutionLimitExceeded: 'aws-quota',
  ResourceInUse: 'job-foreign',
  ResourceNotFound: 'job-not-found',
  ResourceNotFoundException: 'job-not-found',
  // 501 and 301 are permanent: the S3 implementation lacks the feature, or the bucket is in another Region.
  NotImplemented: 'aws-refused',
  PermanentRedirect: 'aws-refused',
};

/** Codes of Node network errors. */
const networkFailure =
  /^(ECONNABORTED|ECONNREFUSED|ECONNRESET|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EPIPE|ETIMEDOUT)$/;

/** Fallback for errors without a row of their own. The first row whose `from` is at or below the status wins. */
const byStatus: readonly { readonly from: number; readonly code: OpsErrorCode }[] = [
  { from: 500, code: 'aws-unavailable' },
  { from: 430, code: 'aws-refused' },
  { from: 429, code: 'aws-throttled' },
  { from: 404, code: 'aws-refused' },
  { from: 403, code: 'aws-denied' },
  { from: 400, code: 'aws-refused' },
];

/**
 * Answers to a change that do not say that it was not made: the resource is there already or is being changed, perhaps by
 * an earlier call of Relight whose response was lost.
 */
const maybeMade = /InUse|Conflict|Already|Precondition|Timeout|NoSuchUpload/i;

/**
 * Whether AWS has answered that it did not make the change. Any answer to a retry by the SDK leaves open what became of
 * the first try.
 */
export function isDefiniteRefusal({ name, message, $metadata }: Failure): boolean {
  const { httpStatusCode: status = 0, attempts = 1 } = $metadata ?? {};
  const answered = status >= 400 && status < 500 && status !== 408 && attempts <= 1;
  return answered && !maybeMade.test(name) && !/already exist/i.test(message);
}

/** The code that explains the error to people. The most specific row decides. */
export function codeOf({ name, message, code = '', $metadata }: Failure): OpsErrorCode {
  const status = networkFailure.test(code) ? 500 : ($metadata?.httpStatusCode ?? 0);
  return (
    byMessage.find(({ pattern }) => pattern.test(message))?.code ??
    byName[name] ??
    byStatus.find(({ from }) => status >= from)?.code ??
    'unexpected'
  );
}
