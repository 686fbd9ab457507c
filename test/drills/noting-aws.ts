import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An AWS that answers nothing and notes every request. */
export interface NotingAws {
  readonly url: string;
  readonly requests: readonly string[];
  readonly close: () => Promise<void>;
}

export async function startNotingAws(): Promise<NotingAws> {
  const requests: string[] = [];
  const server = createServer(({ method, url, headers }, response) => {
    requests.push([method, url, headers['x-amz-target']].flat().join(' '));
    response.writeHead(500).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A server that listens on a port has an address with a port.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
