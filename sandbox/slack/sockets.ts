import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type RawData, WebSocket, WebSocketServer } from 'ws';
import { z } from 'zod';

const Envelope = z.looseObject({ envelope_id: z.string() });

/**
 * Proxies Socket Mode. local-slack sends each interaction to every open socket of the app, while Slack picks one, so only
 * the first socket that receives an envelope forwards it.
 */
export class Sockets {
  private readonly inner: string;
  private readonly server = new WebSocketServer({ noServer: true });
  private readonly delivered = new Set<string>();
  private readonly open = new Set<WebSocket>();

  constructor(inner: string) {
    this.inner = inner.replace('http', 'ws');
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const path = request.url ?? '/';
    this.server.handleUpgrade(request, socket, head, (downstream) => {
      const upstream = new WebSocket(`${this.inner}${path}`);
      const buffered: string[] = [];
      downstream.on('message', (data) => {
        const text = textOf(data);
        if (upstream.readyState === WebSocket.OPEN) upstream.send(text);
        else buffered.push(text);
      });
      upstream.on('open', () => buffered.splice(0).forEach((text) => upstream.send(text)));
      upstream.on('message', (data) => {
        const text = textOf(data);
        if (this.isFirstDelivery(path, text) && downstream.readyState === WebSocket.OPEN)
          downstream.send(text);
      });
      for (const [one, other] of [
        [downstream, upstream],
        [upstream, downstream],
      ] as const) {
        this.open.add(one);
        one.on('error', () => undefined);
        one.on('close', () => {
          this.open.delete(one);
          other.close();
        });
      }
    });
  }

  close(): void {
    for (const socket of this.open) socket.terminate();
    this.server.close();
  }

  /** Only Socket Mode connections share envelopes; the page's socket gets everything. */
  private isFirstDelivery(path: string, text: string): boolean {
    if (!path.startsWith('/socket/')) return true;
    const id = Envelope.safeParse(JSON.parse(text)).data?.envelope_id;
    if (id === undefined) return true;
    if (this.delivered.has(id)) return false;
    this.delivered.add(id);
    return true;
  }
}

/** The text of a WebSocket frame, in any of the forms that `ws` delivers. */
export function textOf(data: RawData): string {
  return Buffer.concat(
    Array.isArray(data) ? data : [data instanceof ArrayBuffer ? Buffer.from(data) : data],
  ).toString();
}
