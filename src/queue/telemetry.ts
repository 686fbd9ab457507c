import { type Context, context, ROOT_CONTEXT, type SpanContext, trace } from '@opentelemetry/api';
import type { Telemetry } from 'bullmq';
import { z } from 'zod';
import type { Payloads } from './payloads.ts';

/**
 * Lets a job continue the trace of whatever queued it, through the `telemetry` option of BullMQ:
 * https://docs.bullmq.io/guide/telemetry. It only carries the context: the span of a job is Relight's own (`job-span.ts`),
 * because those of BullMQ contain the messages of errors, and there is one for each look at an empty queue.
 *
 * Redis is not believed, so the context is proven like a payload; one that is forged or damaged is ignored. `bullmq-otel` is
 * not used, because a damaged context throws there before BullMQ handles the errors of a job, which then never ends.
 */
export function createTelemetry(payloads: Payloads): Telemetry<Context> {
  return {
    tracer: { startSpan: () => noSpan },
    contextManager: {
      with: (ctx: Context, work) => context.with(ctx, work),
      active: () => context.active(),
      root: () => ROOT_CONTEXT,
      getMetadata: (ctx: Context) => written(payloads, trace.getSpanContext(ctx)),
      fromMetadata: (active: Context, metadata) => {
        const parent = read(payloads, metadata);
        return parent === undefined ? active : trace.setSpanContext(active, parent);
      },
    },
  };
}

const nothing = (): void => undefined;
const noSpan: ReturnType<Telemetry<Context>['tracer']['startSpan']> = {
  setSpanOnContext: (ctx: Context) => ctx,
  setAttribute: nothing,
  setAttributes: nothing,
  addEvent: nothing,
  recordException: nothing,
  end: nothing,
};

/** Separates the proof of a context from that of a job; no queue has this name. */
const use = 'trace';

/** https://www.w3.org/TR/trace-context/#traceparent-header */
const Parent = z.object({
  traceparent: z
    .string()
    .regex(/^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-0[01]$/)
    .transform((text): SpanContext => {
      const [, traceId = '', spanId = '', flags] = text.split('-');
      return { traceId, spanId, traceFlags: Number(flags), isRemote: true };
    }),
});
const maxLength = 500;

/** Empty if no span is active; BullMQ then stores nothing. */
function written(payloads: Payloads, span: SpanContext | undefined): string {
  if (span === undefined) return '';
  const { traceId, spanId, traceFlags } = span;
  return JSON.stringify(payloads.prove(use, { traceparent: `00-${traceId}-${spanId}-0${traceFlags & 1}` }));
}

/** `metadata` comes from Redis, so it can be anything. */
function read(payloads: Payloads, metadata: unknown): SpanContext | undefined {
  if (typeof metadata !== 'string' || metadata.length > maxLength) return undefined;
  try {
    return Parent.parse(payloads.open(use, JSON.parse(metadata))).traceparent;
  } catch {
    return undefined;
  }
}
