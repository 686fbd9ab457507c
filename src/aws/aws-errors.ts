import { z } from 'zod';
import { OpsError, type OpsErrorCode } from '../errors.ts';

/** What the SDK throws: a service's answer, a network error of Node, or its own. */
const Failure = z.object({
  name: z.string(),
  message: z.string(),
  /** Of network errors: https://nodejs.org/api/errors.html#common-system-errors */
  code: z.string().optional().catch(undefined),
  $metadata: z.object({ httpStatusCode: z.number().optional() }).optional().catch(undefined),
});
type Failure = z.infer<typeof Failure>;

/**
 * Where the name of the error says too little. A missing training job is a ValidationException in practice, although
 * the API lists ResourceNotFound; a missing iam:PassRole comes under more than one name.
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
  ResourceLimitExceeded: 'aws-quota',
  ServiceQuotaExceededException: 'aws-quota',
  ResourceInUse: 'job-foreign',
  ResourceNotFound: 'job-not-found',
  ResourceNotFoundException: 'job-not-found',
  // 501 and 301, which do not pass with time: an S3 that cannot do it, a bucket in another Region.
  NotImplemented: 'aws-refused',
  PermanentRedirect: 'aws-refused',
};

const byNetworkCode: Readonly<Record<string, OpsErrorCode>> = {
  ECONNABORTED: 'aws-unavailable',
  ECONNREFUSED: 'aws-unavailable',
  ECONNRESET: 'aws-unavailable',
  EAI_AGAIN: 'aws-unavailable',
  EHOSTUNREACH: 'aws-unavailable',
  ENETUNREACH: 'aws-unavailable',
  ENOTFOUND: 'aws-unavailable',
  EPIPE: 'aws-unavailable',
  ETIMEDOUT: 'aws-unavailable',
};

/** For everything that has no row of its own: the first one whose status is reached. */
const byStatus: readonly { readonly from: number; readonly code: OpsErrorCode }[] = [
  { from: 500, code: 'aws-unavailable' },
  { from: 430, code: 'aws-refused' },
  { from: 429, code: 'aws-throttled' },
  { from: 404, code: 'aws-refused' },
  { from: 403, code: 'aws-denied' },
  { from: 400, code: 'aws-refused' },
];

/** A sentence of AWS may carry a whole policy; this much of it is read by people. */
const longestMessage = 600;

/** Every call to AWS goes through here. `where` names the operation and what it was about. */
export async function callAws<T>(where: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (thrown) {
    throw opsErrorOf(where, thrown);
  }
}

/** The value that stands for the answer when AWS says that there is nothing, or when it may not be asked. */
export async function unless<T>(
  codes: readonly OpsErrorCode[],
  otherwise: (error: OpsError) => T,
  call: () => Promise<T>,
): Promise<T> {
  try {
    return await call();
  } catch (thrown) {
    if (thrown instanceof OpsError && codes.includes(thrown.code)) return otherwise(thrown);
    throw thrown;
  }
}

function opsErrorOf(where: string, thrown: unknown): OpsError {
  if (thrown instanceof OpsError) return thrown;
  const parsed = Failure.safeParse(thrown);
  if (!parsed.success) return new OpsError('unexpected', `${where}: ${String(thrown)}`, { cause: thrown });
  const { name, message } = parsed.data;
  const said = message === '' ? name : `${name}: ${inOneLine(message)}`;
  return new OpsError(codeOf(parsed.data), `${where}: ${said}`, { cause: thrown });
}

/** The SDK puts its own path before some messages and advice for its users behind others. */
function inOneLine(message: string): string {
  const [first = ''] = message.replace(/^@smithy\/\S+ - (\[ERROR\] )?/, '').split('\n');
  return first.slice(0, longestMessage);
}

function codeOf({ name, message, code = '', $metadata }: Failure): OpsErrorCode {
  const status = $metadata?.httpStatusCode ?? 0;
  return (
    byMessage.find(({ pattern }) => pattern.test(message))?.code ??
    byName[name] ??
    byNetworkCode[code] ??
    byStatus.find(({ from }) => status >= from)?.code ??
    'unexpected'
  );
}
