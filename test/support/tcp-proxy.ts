import type { AddressInfo } from 'node:net';
import { connect, createServer, type Socket } from 'node:net';

/** One address in front of Redis servers, as a virtual IP or a DNS name is in a failover. */
export interface TcpProxy {
  readonly url: string;
  /** Leads new connections to another server. Existing ones stay with the old one, as after a failover. */
  readonly leadTo: (url: string) => void;
  /** Once a client sends this text, its server gets it, and the client gets no reply to it or to what follows. */
  readonly loseReplyTo: (text: string) => void;
  /** Like `loseReplyTo`, and the connection is closed when the reply comes. */
  readonly cutAtReplyTo: (text: string) => void;
  /** Closes all connections; new ones work again. */
  readonly cut: () => void;
  readonly close: () => Promise<void>;
}

export async function startTcpProxy(to: string): Promise<TcpProxy> {
  let target = new URL(to);
  const sockets = new Set<Socket>();
  let losing: { readonly text: string; readonly thenCut: boolean } | undefined;
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.once('close', () => {
        client.destroy();
        upstream.destroy();
        sockets.delete(socket);
      });
      socket.on('error', () => socket.destroy());
    }
    let lost: typeof losing;
    client.on('data', (bytes) => {
      if (losing !== undefined && bytes.includes(losing.text)) {
        lost = losing;
        losing = undefined;
      }
      upstream.write(bytes);
    });
    upstream.on('data', (bytes) => {
      if (lost === undefined) client.write(bytes);
      else if (lost.thenCut) client.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    // A server that listens on a port has an address with a port.
    url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`,
    leadTo: (url) => {
      target = new URL(url);
    },
    loseReplyTo: (text) => {
      losing = { text, thenCut: false };
    },
    cutAtReplyTo: (text) => {
      losing = { text, thenCut: true };
    },
    cut: () => sockets.forEach((socket) => socket.destroy()),
    close: async () => {
      sockets.forEach((socket) => socket.destroy());
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
