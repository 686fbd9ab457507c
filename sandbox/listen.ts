import type { Server } from 'node:http';

/** Opens a loopback port (0: any free one) and answers with the address. */
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

/** Closes the server and every connection it holds. */
export async function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
