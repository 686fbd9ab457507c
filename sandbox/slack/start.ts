import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import httpProxy from 'http-proxy';
import { closed, listening } from '../listen.ts';
import type { End } from '../process-end.ts';
import { startBinary } from './binary.ts';
import { SlackControl } from './control.ts';
import { applyFault, SlackFaults } from './faults.ts';
import { readBody, sendJson } from './http.ts';
import { SlackLedger } from './ledger.ts';
import type { RateLimits } from './limits.ts';
import { sendPage } from './page.ts';
import type { AppSecrets } from './seed.ts';
import { Sockets } from './sockets.ts';
import { Uploads } from './uploads.ts';
import { WebApi } from './web-api.ts';

export interface SlackFront {
  readonly url: string;
  /** Resolves when the local-slack process has exited for any reason. */
  readonly ended: Promise<End>;
  readonly close: () => Promise<void>;
}

interface SlackOptions {
  /** 0 means any free port. */
  readonly port: number;
  /** Omitted in tests: their jobs run faster than real time, and so do the messages about them. */
  readonly limits?: RateLimits;
}

/** Starts a Slack workspace on one loopback port: the page, the Web API, Socket Mode and the control API. */
export async function startSlackFront({
  port,
  limits,
  ...secrets
}: AppSecrets & SlackOptions): Promise<SlackFront> {
  const binary = await startBinary(secrets);
  const [ledger, faults, sockets] = [new SlackLedger(), new SlackFaults(), new Sockets(binary.url)];
  const uploads = new Uploads(binary.url, ledger);
  const control = new SlackControl(binary.url, ledger, faults);
  const webApi = new WebApi({
    secrets,
    inner: binary.url,
    ledger,
    faults,
    uploads,
    limits,
    base: () => url,
  });
  const page = httpProxy.createProxyServer({ target: binary.url });
  page.on('error', (_error, _request, response) => response.destroy());
  const handle = router({ webApi, control, page, uploads, faults, ledger, inner: binary.url });
  const server = createServer(
    (request, response) =>
      void handle(request, response).catch((error: unknown) =>
        sendJson(response, { ok: false, error: String(error) }, 500),
      ),
  );
  server.on('upgrade', (request, socket, head) => sockets.upgrade(request, socket, head));
  const url = await listening(server, port);
  const close = async (): Promise<void> => {
    sockets.close();
    page.close();
    await closed(server);
    await binary.close();
  };
  return { url, ended: binary.ended, close };
}

interface RouterDeps {
  readonly webApi: WebApi;
  readonly control: SlackControl;
  readonly page: httpProxy;
  readonly uploads: Uploads;
  readonly faults: SlackFaults;
  readonly ledger: SlackLedger;
  readonly inner: string;
}

function router(deps: RouterDeps): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const { webApi, control, page, inner } = deps;
  return async (request, response) => {
    const address = new URL(request.url ?? '/', 'http://slack');
    const { pathname } = address;
    const method = /^\/api\/([\w.]+)$/.exec(pathname)?.[1];
    if (method !== undefined) return webApi.handle(method, request, response);
    if (pathname.startsWith('/upload/')) return upload(deps, request, response);
    if (pathname.startsWith('/_sandbox/')) return runControl(control, address, request, response);
    if (request.method === 'GET' && pathname === '/') return sendPage(inner, response);
    page.web(request, response);
  };
}

/** Receives the bytes of a file; Web API faults apply here too. */
async function upload(
  { uploads, faults, ledger }: RouterDeps,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  ledger.called('upload');
  const body = await readBody(request);
  if (applyFault('upload', faults.next('upload'), response, ledger)) return;
  await uploads.receive(request.url ?? '', body, response);
}

async function runControl(
  control: SlackControl,
  address: URL,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = (await readBody(request)).toString();
  const answer = await control.handle(request.method ?? 'GET', address, body).then(
    (value) =>
      value === undefined
        ? { status: 404, value: { error: `no ${request.method ?? ''} ${address.pathname}` } }
        : { status: 200, value },
    (error: unknown) => ({ status: 400, value: { error: String(error) } }),
  );
  sendJson(response, answer.value, answer.status);
}
