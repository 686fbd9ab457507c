import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider, type SpanExporter } from '@opentelemetry/sdk-trace-node';
import type { Log } from '../log.ts';

/** The export of spans while it runs. */
export interface SpanExport {
  /** Sends what is left. Gives up after `ms`. Never throws. */
  readonly close: (ms: number) => Promise<void>;
}

/** Ids and names are shorter. */
const maxAttributeLength = 200;

/**
 * Sends the spans of this process over OTLP/HTTP, as JSON. Loaded only if an endpoint is set.
 *
 * The SDK reads the endpoint, its headers and timeouts, the sampler and the limits of the queue from the variables OTEL_…:
 * https://opentelemetry.io/docs/languages/sdk-configuration/otlp-exporter/. By default at most 2,048 spans wait, in batches
 * of 512, and each request has 10 s. More spans are dropped, so that a slow collector costs neither memory nor time.
 */
export function exportSpans(role: string, log: Log): SpanExport {
  const own = { 'service.name': 'relight', 'process.pid': process.pid, 'relight.role': role };
  const provider = new NodeTracerProvider({
    // OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES win.
    resource: resourceFromAttributes(own).merge(detectResources({ detectors: [envDetector] })),
    spanProcessors: [new BatchSpanProcessor(reported(new OTLPTraceExporter(), log))],
    spanLimits: { attributeValueLengthLimit: maxAttributeLength },
  });
  // Relight accepts the context of a span only from its own queues, where it is proven: no headers are read.
  provider.register({ propagator: null });
  return {
    close: async (ms) => {
      const closed = provider.shutdown().catch(() => undefined);
      await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, ms).unref())]);
    },
  };
}

/** One line when the collector stops taking spans, and one when it takes them again. */
function reported(exporter: SpanExporter, log: Log): SpanExporter {
  let isFailing = false;
  const report = (error: Error | undefined, code: number): void => {
    const failed = code !== 0;
    if (failed === isFailing) return;
    isFailing = failed;
    if (failed)
      log.warn(
        { error: error?.message ?? 'no answer' },
        'spans could not be exported and are dropped: check OTEL_EXPORTER_OTLP_ENDPOINT and the collector; Relight works without it',
      );
    else log.info('spans are exported again');
  };
  return {
    export: (spans, done) =>
      exporter.export(spans, (result) => {
        report(result.error, result.code);
        done(result);
      }),
    forceFlush: async () => exporter.forceFlush?.(),
    shutdown: async () => exporter.shutdown(),
  };
}
