import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import httpProxy from 'http-proxy';
import { z } from 'zod';
import { pass } from '../../sandbox/aws/forward.ts';
import { closed, listening } from '../../sandbox/listen.ts';

const Received = z.object({ Messages: z.array(z.object({ ReceiptHandle: z.string() })).default([]) });
const Deleted = z.object({ Entries: z.array(z.object({ ReceiptHandle: z.string() })) });

export interface QueueWatch {
  readonly url: string;
  /** For each message that was taken off the queue: ms from when it was given out. */
  readonly took: readonly number[];
  readonly close: () => Promise<void>;
}

/** Stands before the region and sees when a message is given out, and when it is taken off the queue. */
export async function watchQueue(region: string): Promise<QueueWatch> {
  const given = new Map<string, number>();
  const took: number[] = [];
  const proxy = httpProxy.createProxyServer({ target: region });
  proxy.on('error', (_error, _request, response) => response.destroy());
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const operation = /^AmazonSQS\.(\w+)$/.exec(String(request.headers['x-amz-target']))?.[1];
    if (operation === undefined) return proxy.web(request, response);
    const asked = await bodyOf(request);
    if (operation === 'DeleteMessageBatch')
      for (const { ReceiptHandle: receipt } of Deleted.parse(JSON.parse(asked.toString())).Entries)
        took.push(performance.now() - (given.get(receipt) ?? Number.NaN));
    const answer = await pass(region, request, asked);
    if (operation === 'ReceiveMessage')
      for (const { ReceiptHandle: receipt } of Received.parse(JSON.parse(answer.body.toString())).Messages)
        given.set(receipt, performance.now());
    response.writeHead(answer.status, { ...answer.headers } as Record<string, string>).end(answer.body);
  };
  // A long poll is cut off when the region closes.
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
