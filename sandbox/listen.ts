import type { Server } from 'node:http';
import { createServer } from 'node:net';

/** Listens on a loopback port (0: any free port) and returns the URL. */
export async function listening(server: Server, port: number): Promise<string> {
  await new Promise<void>((resolve, reject) =>
    server.once('error', (error) => reject(asPortTaken(error, port))).listen(port, '127.0.0.1', resolve),
  );
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the server has no port');
  return `http://127.0.0.1:${address.port}`;
}

export class PortTaken extends Error {}

function asPortTaken(error: NodeJS.ErrnoException, port: number): Error {
  return error.code === 'EADDRINUSE' ? new PortTaken(`port ${port} is taken by another program`) : error;
}

/** Closes the server and all of its connections. */
export async function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

/** Finds a free port. Another program may take it before it is used. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() =>
        typeof address === 'object' && address !== null
          ? resolve(address.port)
          : reject(new Error('no free port')),
      );
    });
  });
}
