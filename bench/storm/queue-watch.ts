import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import httpProxy from 'http-proxy';
import { z } from 'zod';
import { closed, listening } from '../../sandbox/listen.ts';
import { pass } from './forward.ts';

const Received = z.object({ Messages: z.array(z.object({ ReceiptHandle: z.string() })).default([]) });
const Deleted = z.object({ Entries: z.array(z.object({ ReceiptHandle: z.string() })) });

export interface QueueWatch {
  readonly url: string;
  /** For each deleted message, the ms since it was received. */
  readonly took: readonly number[];
  readonly close: () => Promise<void>;
}

/** A proxy in front of the region that measures the time between receiving and deleting a message. */
export async function watchQueue(region: string): Promise<QueueWatch> {
  const receivedAt = new Map<string, number>();
  const took: number[] = [];
  const proxy = httpProxy.createProxyServer({ target: region });
  proxy.on('error', (_error, _request, response) => response.destroy());
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const operation = /^AmazonSQS\.(\w+)$/.exec(String(request.headers['x-amz-target']))?.[1];
    if (operation === undefined) return proxy.web(request, response);
    const body = await bodyOf(request);
    if (operation === 'DeleteMessageBatch')
      for (const { ReceiptHandle: receipt } of Deleted.parse(JSON.parse(body.toString())).Entries)
        took.push(performance.now() - (receivedAt.get(receipt) ?? Number.NaN));
    const answer = await pass(region, request, body);
    if (operation === 'ReceiveMessage')
      for (const { ReceiptHandle: receipt } of Received.parse(JSON.parse(answer.body.toString())).Messages)
        receivedAt.set(receipt, performance.now());
    response.writeHead(answer.status, { ...answer.headers } as Record<string, string>).end(answer.body);
  };
  // A long poll is aborted when the region closes.
  const server = createServer(
    (request, response) => void handle(request, response).catch(() => response.destroy()),
  );
  const url = await listening(server, 0);
  return {
    url,
    took,
    close: async () => {
      proxy.close();
      await closed(server);
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
