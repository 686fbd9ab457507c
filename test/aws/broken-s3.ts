import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { vi } from 'vitest';
import { type Clients, createClients } from '../../src/aws/clients.ts';

/** An S3 server with one object, whose connections break in the middle of a response. */
export interface BrokenS3 {
  readonly url: string;
  readonly clients: Clients;
  readonly ranges: readonly string[];
  readonly etags: readonly string[];
  /** From now on, every connection breaks before the first byte of the body. */
  readonly breakAtOnce: () => void;
  readonly close: () => Promise<void>;
}

export async function brokenS3(
  bytes: Buffer,
  { breaksAfter, breaks }: { readonly breaksAfter: number; readonly breaks: number },
): Promise<BrokenS3> {
  const [ranges, etags]: [string[], string[]] = [[], []];
  const left = { breaks, after: breaksAfter };
  const server = createServer((request, response) => {
    if (request.method === 'HEAD') {
      response.writeHead(200, { 'content-length': bytes.length, etag: '"v1"' }).end();
      return;
    }
    const range = request.headers.range ?? '';
    ranges.push(range);
    etags.push(String(request.headers['if-match']));
    const [start = 0, last = 0] = range.replace('bytes=', '').split('-').map(Number);
    const body = bytes.subarray(start, last + 1);
    response.writeHead(206, { 'content-length': body.length });
    if (left.breaks === 0 || body.length <= left.after) response.end(body);
    else {
      left.breaks -= 1;
      response.write(body.subarray(0, left.after), () => response.destroy());
      if (left.after === 0) response.destroy();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A listening TCP server has an address with a port.
  const { port } = server.address() as AddressInfo;
  vi.stubEnv('AWS_REGION', 'us-east-1');
  const url = `http://127.0.0.1:${port}`;
  vi.stubEnv('AWS_ENDPOINT_URL', url);
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  const clients = createClients({ pathStyle: true, answerMs: 1_000 });
  return {
    url,
    clients,
    ranges,
    etags,
    breakAtOnce: () => Object.assign(left, { breaks: Number.POSITIVE_INFINITY, after: 0 }),
    close: async () => {
      clients.close();
      vi.unstubAllEnvs();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
