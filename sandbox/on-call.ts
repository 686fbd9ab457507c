import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { z } from 'zod';
import { closed, listening } from './listen.ts';

/** An event that the on-call tool accepted. */
export interface OnCallEvent {
  readonly action: 'trigger' | 'acknowledge' | 'resolve';
  readonly key: string;
  /** The complete event as it was sent. */
  readonly body: unknown;
}

/** A stand-in for an on-call tool that takes events in the form of the PagerDuty Events API v2. */
export interface OnCallTool {
  readonly url: string;
  /** Accepted events, in order. */
  readonly events: readonly OnCallEvent[];
  /** The keys of alerts that woke someone, in order: a trigger wakes only if its key has no open alert. */
  readonly woken: readonly string[];
  /** The number of requests, refused ones included. */
  readonly requests: () => number;
  /** Answers with this status instead of taking events, until called with undefined. */
  readonly answer: (status: number | undefined) => void;
  readonly close: () => Promise<void>;
}

/** https://developer.pagerduty.com/docs/send-alert-event */
const Event = z.discriminatedUnion('event_action', [
  z.object({
    routing_key: z.string().min(1),
    event_action: z.literal('trigger'),
    dedup_key: z.string().min(1).max(255),
    client: z.string().optional(),
    client_url: z.url().optional(),
    payload: z.object({
      summary: z.string().min(1).max(1_024),
      source: z.string().min(1),
      severity: z.enum(['critical', 'error', 'warning', 'info']),
      timestamp: z.iso.datetime(),
      component: z.string(),
      group: z.string(),
      class: z.string(),
      custom_details: z.record(z.string(), z.unknown()),
    }),
    links: z.array(z.object({ href: z.url(), text: z.string() })),
    images: z.array(z.object({ src: z.url() })),
  }),
  z.object({
    routing_key: z.string().min(1),
    event_action: z.enum(['acknowledge', 'resolve']),
    dedup_key: z.string().min(1).max(255),
  }),
]);

interface Taken {
  readonly events: OnCallEvent[];
  readonly woken: string[];
  readonly open: Set<string>;
}

export async function startOnCallTool(port = 0, routingKey?: string): Promise<OnCallTool> {
  const taken: Taken = { events: [], woken: [], open: new Set() };
  let requests = 0;
  let forced: number | undefined;
  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    requests += 1;
    const text = await bodyOf(request);
    const errors = forced === undefined ? take(taken, text, routingKey) : [];
    const status = forced ?? (errors.length === 0 ? 202 : 400);
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(
      JSON.stringify(status === 202 ? { status: 'success' } : { status: 'invalid event', errors }),
    );
  };
  const server = createServer((request, response) => void respond(request, response));
  const url = `${await listening(server, port)}/v2/enqueue`;
  return {
    url,
    events: taken.events,
    woken: taken.woken,
    requests: () => requests,
    answer: (status) => {
      forced = status;
    },
    close: async () => closed(server),
  };
}

/** Takes the event, or returns what is wrong with it. */
function take(
  { events, woken, open }: Taken,
  text: string,
  routingKey: string | undefined,
): readonly string[] {
  const body: unknown = JSON.parse(text);
  const event = Event.safeParse(body);
  if (!event.success) return event.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  const { event_action: action, dedup_key: key, routing_key: sent } = event.data;
  if (routingKey !== undefined && sent !== routingKey) return ["'routing_key' is unknown"];
  events.push({ action, key, body });
  if (action === 'trigger' && !open.has(key)) woken.push(key);
  if (action === 'trigger') open.add(key);
  if (action === 'resolve') open.delete(key);
  return [];
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
