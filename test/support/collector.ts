import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { z } from 'zod';
import { closed, listening } from '../../sandbox/listen.ts';

/** A stand-in for an OpenTelemetry collector: https://opentelemetry.io/docs/specs/otlp/#otlphttp */
export interface Collector {
  /** For Relight: export here, and soon. */
  readonly environment: Readonly<Record<string, string>>;
  readonly requests: () => number;
  readonly spans: () => readonly CollectedSpan[];
  /** Everything that was sent here, as it was sent. */
  readonly text: () => string;
  readonly close: () => Promise<void>;
}

export interface CollectedSpan {
  readonly name: string;
  readonly trace: string;
  readonly id: string;
  /** Empty for the first span of a trace. */
  readonly parent: string;
  /** Of the service that recorded it, such as `relight.role`. */
  readonly resource: Readonly<Record<string, unknown>>;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** The message of the status, if it is an error. */
  readonly error: string | undefined;
}

/** `refuses`: 400 for every request; `hangs`: takes requests and never answers. */
export type CollectorMood = 'takes' | 'refuses' | 'hangs';

const Attributes = z
  .array(z.object({ key: z.string(), value: z.record(z.string(), z.unknown()) }))
  .default([])
  .transform((all) => Object.fromEntries(all.map(({ key, value }) => [key, Object.values(value)[0]])));
const Span = z.object({
  traceId: z.string(),
  spanId: z.string(),
  parentSpanId: z.string().default(''),
  name: z.string(),
  attributes: Attributes,
  status: z.object({ code: z.number().optional(), message: z.string().optional() }),
});
const Body = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes: Attributes }),
      scopeSpans: z.array(z.object({ spans: z.array(Span) })),
    }),
  ),
});

const tracesPath = '/v1/traces';
/** STATUS_CODE_ERROR: https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/trace/v1/trace.proto */
const errorStatus = 2;

export async function startCollector(mood: CollectorMood = 'takes', port = 0): Promise<Collector> {
  const texts: string[] = [];
  const spans: CollectedSpan[] = [];
  let requests = 0;
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    requests += 1;
    const text = await textOf(request);
    if (mood === 'hangs') return;
    if (mood === 'takes' && request.url === tracesPath) {
      texts.push(`${JSON.stringify(request.headers)}\n${text}`);
      spans.push(...spansIn(JSON.parse(text)));
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    } else response.writeHead(400).end();
  };
  const server = createServer((request, response) => void answer(request, response));
  const url = await listening(server, port);
  return {
    environment: exportTo(url),
    requests: () => requests,
    spans: () => spans,
    text: () => texts.join('\n'),
    close: async () => closed(server),
  };
}

/** The variables that make Relight export to this address, twice a second. */
export function exportTo(url: string): Readonly<Record<string, string>> {
  return { OTEL_EXPORTER_OTLP_ENDPOINT: url, OTEL_BSP_SCHEDULE_DELAY: '500' };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

function spansIn(body: unknown): readonly CollectedSpan[] {
  return Body.parse(body).resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans
      .flatMap((scope) => scope.spans)
      .map(({ traceId, spanId, parentSpanId, name, attributes, status }) => ({
        name,
        trace: traceId,
        id: spanId,
        parent: parentSpanId,
        resource: resource.attributes,
        attributes,
        error: status.code === errorStatus ? status.message : undefined,
      })),
  );
}
