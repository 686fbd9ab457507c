import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Args } from './ledger.ts';

export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

export function sendJson(
  response: ServerResponse,
  value: unknown,
  status = 200,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value));
}

/** The arguments of a Web API call: either a form with JSON-encoded objects, or a JSON body. */
export function readArgs(request: IncomingMessage, body: Buffer): Args {
  const query = Object.fromEntries(new URL(request.url ?? '/', 'http://slack').searchParams);
  if (request.headers['content-type']?.includes('application/json') === true)
    return { ...query, ...(JSON.parse(body.toString() || '{}') as Args) };
  if (request.headers['content-type']?.includes('multipart') === true) return query;
  const form = Object.fromEntries(new URLSearchParams(body.toString()));
  return {
    ...query,
    ...Object.fromEntries(
      Object.entries(form).map(([key, value]) => [key, objects.has(key) ? parsed(value) : value]),
    ),
  };
}

const objects: ReadonlySet<string> = new Set(['blocks', 'attachments', 'view', 'metadata', 'files']);

function parsed(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

export function tokenOf(request: IncomingMessage, args: Args): string | undefined {
  const header = request.headers.authorization;
  if (header?.startsWith('Bearer ') === true) return header.slice('Bearer '.length);
  return typeof args['token'] === 'string' ? args['token'] : undefined;
}
