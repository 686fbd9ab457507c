import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import httpProxy from 'http-proxy';
import { type WebSocket, WebSocketServer } from 'ws';
import { z } from 'zod';
import { closed, listening } from '../../sandbox/listen.ts';
import { sendJson } from '../../sandbox/slack/http.ts';
import { textOf } from '../../sandbox/slack/sockets.ts';
import {
  type Acked,
  type Send,
  type SlackRequests,
  slackRequests,
} from '../../test/support/slack-requests.ts';

/**
 * Stands in front of the stand-in for Slack, in the process that measures: the apps open their Socket Mode connections
 * here, so that no other process delays an envelope or its acknowledgment.
 */
export interface SlackEdge {
  readonly url: string;
  /** Sends to the app with this token. Each app has one connection. */
  readonly requestsTo: (appToken: string) => SlackRequests;
  readonly close: () => Promise<void>;
}

const Reply = z.object({ envelope_id: z.string(), payload: z.unknown() });
/** An app that has not acknowledged by then never will: Slack waits 3 s. */
const patienceMs = 10_000;
/** An app reconnects if it hears no ping for 30 s. */
const pingMs = 5_000;

type Waiting = Map<string, (body: string) => void>;

export async function startSlackEdge(slackUrl: string): Promise<SlackEdge> {
  const sockets = new Map<string, WebSocket>();
  const waiting: Waiting = new Map();
  const proxy = httpProxy.createProxyServer({ target: slackUrl });
  proxy.on('error', (_error, _request, response) => response.destroy());
  const server = createServer((request, response) => {
    if (request.url === '/api/apps.connections.open')
      sendJson(response, { ok: true, url: `${url.replace('http', 'ws')}/${tokenOf(request)}` });
    // The triggers here are not Slack's, which opens a form only for one that it has issued.
    else if (request.url === '/api/views.open') sendJson(response, { ok: true, view: {} });
    else proxy.web(request, response);
  });
  const webSockets = new WebSocketServer({ server });
  webSockets.on('connection', (socket, request) => {
    sockets.set(request.url?.slice(1) ?? '', socket);
    socket.on('message', (data) => receive(waiting, textOf(data)));
    socket.send(JSON.stringify({ type: 'hello', num_connections: 1, connection_info: { app_id: 'A0' } }));
  });
  const pings = setInterval(() => webSockets.clients.forEach((socket) => socket.ping()), pingMs);
  const url = await listening(server, 0);
  return {
    url,
    requestsTo: (appToken) => slackRequests(overSocket(() => sockets.get(appToken), waiting)),
    close: async () => {
      clearInterval(pings);
      for (const socket of webSockets.clients) socket.terminate();
      proxy.close();
      await closed(server);
    },
  };
}

function tokenOf({ headers: { authorization = '' } }: IncomingMessage): string {
  return authorization.replace('Bearer ', '');
}

function receive(waiting: Waiting, text: string): void {
  const { envelope_id, payload = '' } = Reply.parse(JSON.parse(text));
  waiting.get(envelope_id)?.(JSON.stringify(payload));
  waiting.delete(envelope_id);
}

/** https://docs.slack.dev/apis/events-api/using-socket-mode: an envelope is acknowledged by a message with its id. */
function overSocket(socketNow: () => WebSocket | undefined, waiting: Waiting): Send {
  return async (type, payload) => {
    const socket = socketNow();
    if (socket === undefined) throw new Error('the app is not connected');
    const envelope_id = randomUUID();
    const start = performance.now();
    return new Promise<Acked>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('not acknowledged')), patienceMs);
      waiting.set(envelope_id, (body) => {
        clearTimeout(timer);
        resolve({ status: 200, body, ms: performance.now() - start });
      });
      socket.send(JSON.stringify({ type, envelope_id, payload, accepts_response_payload: true }));
    });
  };
}
