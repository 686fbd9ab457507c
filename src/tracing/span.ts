import { type Attributes, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { OpsError } from '../errors.ts';
import { redactValue } from '../sanitize/redaction.ts';

/**
 * Spans of OpenTelemetry. Without an SDK, which `export-spans.ts` registers, the API does nothing, so all code may call this:
 * https://opentelemetry.io/docs/specs/otel/library-guidelines/#api-and-minimal-implementation
 */
export interface Work {
  readonly name: string;
  /** `entry`: Slack asks Relight; `call`: Relight asks another service; `job`: taken from a queue. */
  readonly kind: 'entry' | 'call' | 'job';
  /** Read only if the span is recorded. Ids, names and numbers: no bodies, and no texts of people. */
  readonly attributes?: () => Attributes;
  /** What the span says about an error. Its message is never recorded, because it can quote anything. */
  readonly failure?: (thrown: unknown) => SpanFailure;
}

export interface SpanFailure {
  /** Relight's error code. */
  readonly code: string;
  readonly attributes?: Attributes;
}

const kinds = { entry: SpanKind.SERVER, call: SpanKind.CLIENT, job: SpanKind.CONSUMER } as const;

/** Follows the SDK that is registered later. */
const tracer = trace.getTracer('relight');

/**
 * Runs the work in a span of its own, below the span that is active now.
 *
 * @example await inSpan({ name: 'slack button', kind: 'entry' }, next)
 */
export async function inSpan<T>(
  { name, kind, attributes, failure = failureOf }: Work,
  work: () => Promise<T>,
): Promise<T> {
  return tracer.startActiveSpan(name, { kind: kinds[kind] }, async (span) => {
    if (attributes !== undefined && span.isRecording()) set(span, attributes());
    try {
      return await work();
    } catch (thrown) {
      fail(span, failure(thrown));
      throw thrown;
    } finally {
      span.end();
    }
  });
}

/** Adds attributes to the active span. Fields that are undefined are left out. */
export function annotate(attributes: () => Attributes): void {
  const span = trace.getActiveSpan();
  if (span?.isRecording() === true) set(span, attributes());
}

/** Records an error that the work handles itself, such as one that is tried again. */
export function markFailed({ code }: OpsError): void {
  const span = trace.getActiveSpan();
  if (span !== undefined) fail(span, { code });
}

function fail(span: Span, { code, attributes = {} }: SpanFailure): void {
  if (!span.isRecording()) return;
  set(span, { ...attributes, 'relight.error.code': code });
  span.setStatus({ code: SpanStatusCode.ERROR, message: code });
}

function failureOf(thrown: unknown): SpanFailure {
  const cause = thrown instanceof Error ? thrown.cause : undefined;
  const error = [thrown, cause].find((one) => one instanceof OpsError);
  return { code: error?.code ?? 'unexpected' };
}

function set(span: Span, attributes: Attributes): void {
  span.setAttributes(redactValue(attributes));
}
