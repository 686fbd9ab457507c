export interface ClientOptions {
  /** True when S3 is a stand-in that does not support bucket names in the host name. */
  readonly pathStyle: boolean;
  /** How long to wait for AWS to start responding, in ms. Default: 10 s. */
  readonly answerMs?: number;
}

export const defaultAnswerMs = 10_000;

/**
 * Settings shared by all clients. The SDK reads Region, endpoint and credentials from its own AWS_ variables.
 *
 * At most three attempts, and not the adaptive mode, which waits inside the SDK and blocks a worker. Calls that are still
 * throttled go back to the queue, which waits without blocking one.
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
 */
export const commonSettings = { maxAttempts: 3, customUserAgent: 'relight' } as const;

/**
 * Timeouts of the request handler. By default the SDK waits forever, and `requestTimeout` alone only logs a warning.
 * `socketTimeout` covers responses that stall halfway, which `requestTimeout` does not.
 */
export function timeouts(
  answerMs: number,
  idleMs: number,
): {
  readonly connectionTimeout: number;
  readonly requestTimeout: number;
  readonly socketTimeout: number;
  readonly throwOnRequestTimeout: true;
} {
  return {
    connectionTimeout: Math.min(answerMs, 5_000),
    requestTimeout: answerMs,
    socketTimeout: idleMs,
    throwOnRequestTimeout: true,
  };
}
