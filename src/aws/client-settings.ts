export interface ClientOptions {
  /** True where S3 is a stand-in that knows no bucket in the host name. */
  readonly pathStyle: boolean;
  /** How long AWS may take to begin its answer; 10 s when left out. */
  readonly answerMs?: number;
}

export const defaultAnswerMs = 10_000;

/**
 * Region, endpoint and credentials are the SDK's own business: it reads its AWS_ variables itself.
 *
 * Three tries, not more, and not the adaptive mode, which makes a call wait inside the SDK while it holds a worker:
 * what is still throttled then goes back to the queue, which waits without one.
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
 */
export const usualSettings = { maxAttempts: 3, customUserAgent: 'relight' } as const;

/**
 * By default the SDK waits for ever, and `requestTimeout` alone only warns; `socketTimeout` ends an answer that stops
 * half-way, which `requestTimeout` no longer covers.
 */
export function patience(
  answerMs: number,
  silenceMs: number,
): {
  readonly connectionTimeout: number;
  readonly requestTimeout: number;
  readonly socketTimeout: number;
  readonly throwOnRequestTimeout: true;
} {
  return {
    connectionTimeout: Math.min(answerMs, 5_000),
    requestTimeout: answerMs,
    socketTimeout: silenceMs,
    throwOnRequestTimeout: true,
  };
}
