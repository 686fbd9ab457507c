import { createServer, type IncomingMessage } from 'node:http';
import { closed, listening } from '../../../../sandbox/listen.ts';
import { readBody } from '../../../../sandbox/slack/http.ts';

/** The load balancer before the bots in HTTP mode: the address that Slack sends requests to. */
export interface Balancer {
  readonly url: string;
  /** The ports of the bots. */
  readonly ports: number[];
  /** How many requests have ended. */
  readonly answers: () => number;
  /** How the last one ended: its HTTP status, or 0 if no bot answered it. */
  readonly lastStatus: () => number;
  readonly close: () => Promise<void>;
}

/** Like a real one, it tries another bot only if the first takes no connection, and repeats nothing that a bot has received. */
export async function startBalancer(): Promise<Balancer> {
  const ports: number[] = [];
  let turn = 0;
  let answers = 0;
  let last = 0;
  const server = createServer((request, response) => {
    turn += 1;
    void forward(request, [...ports.slice(turn % ports.length), ...ports.slice(0, turn % ports.length)]).then(
      ({ status, body }) => {
        answers += 1;
        last = status;
        response.writeHead(status === 0 ? 502 : status, { 'content-type': 'application/json' }).end(body);
      },
    );
  });
  const url = await listening(server, 0);
  return {
    url: `${url}/slack/events`,
    ports,
    answers: () => answers,
    lastStatus: () => last,
    close: async () => closed(server),
  };
}

async function forward(
  request: IncomingMessage,
  ports: readonly number[],
): Promise<{ readonly status: number; readonly body: string }> {
  const body = await readBody(request);
  const headers = Object.fromEntries(
    Object.entries(request.headers).flatMap(([name, value]) =>
      typeof value === 'string' && (name.startsWith('x-slack') || name === 'content-type')
        ? [[name, value]]
        : [],
    ),
  );
  for (const port of ports)
    try {
      const url = `http://127.0.0.1:${port}${request.url ?? ''}`;
      const answer = await fetch(url, { method: 'POST', headers, body });
      return { status: answer.status, body: await answer.text() };
    } catch (error) {
      if (!isRefused(error)) break;
    }
  return { status: 0, body: '' };
}

function isRefused(error: unknown): boolean {
  return error instanceof Error && String(Object(error.cause).code) === 'ECONNREFUSED';
}
