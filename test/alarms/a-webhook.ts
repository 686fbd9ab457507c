import { Agent, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { expect } from 'vitest';
import { addSnsRoute, type SnsDeps } from '../../src/alarms/sns/webhook.ts';
import { createHttpApp, listen } from '../../src/app/http.ts';
import { OpsError } from '../../src/errors.ts';
import { createSeenMessages } from '../../src/redis/first-claim.ts';
import type { TestRedis } from '../support/redis.ts';
import { certificateUrl, type Envelope, now, type Signer, topic } from './a-topic.ts';

export interface Answered {
  readonly status: number;
  readonly text: string;
}

/** A real server with the webhook; its outgoing requests are counted. */
export interface TestWebhook {
  readonly post: (body: Envelope | string | Buffer, headers?: Record<string, string>) => Promise<Answered>;
  /** The certificates that were requested. */
  readonly asked: string[];
  readonly confirmed: (readonly [topic: string, token: string])[];
  /** The ids of recorded messages, including repetitions. */
  readonly taken: string[];
  /** The recorded messages by id. */
  readonly kept: () => Promise<Record<string, string>>;
  readonly log: readonly { readonly level: number; readonly msg: string; readonly unsaid?: number }[];
  readonly clock: { now: number };
  readonly close: () => Promise<void>;
}

export async function startWebhook(
  signer: Signer,
  redis: Pick<TestRedis, 'client'>,
  changes: Partial<SnsDeps> = {},
): Promise<TestWebhook> {
  const asked: string[] = [];
  const confirmed: (readonly [string, string])[] = [];
  const taken: string[] = [];
  const log: { level: number; msg: string; unsaid?: number }[] = [];
  const clock = { now };
  const app = createHttpApp();
  addSnsRoute(app, {
    topics: new Set([topic]),
    confirm: false,
    certificate: async (url) => {
      asked.push(url);
      if (url === certificateUrl) return signer.certificate;
      throw new OpsError('aws-refused', `GET ${url}: 404`);
    },
    confirmSubscription: async (...which) => void confirmed.push(which),
    seen: createSeenMessages(redis.client),
    record: async ({ id, body }) => {
      taken.push(id);
      await redis.client.hset('kept', id, body);
    },
    now: () => clock.now,
    log: pino({ level: 'info' }, { write: (line: string) => void log.push(JSON.parse(line)) }),
    ...changes,
  });
  const server = await listen(app, 0);
  const agent = new Agent({ keepAlive: true });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/alarms/sns`;
  return {
    asked,
    confirmed,
    taken,
    log,
    clock,
    kept: async () => redis.client.hgetall('kept'),
    post: async (body, headers = { 'content-type': 'text/plain; charset=UTF-8' }) => {
      const raw = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
      return postTo(url, agent, raw, headers);
    },
    close: async () => {
      agent.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Not `fetch`, which takes twice as long over ten thousand requests. */
function postTo(
  url: string,
  agent: Agent,
  body: string | Buffer,
  headers: Record<string, string>,
): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const length = { 'content-length': Buffer.byteLength(body) };
    const asking = request(url, { method: 'POST', agent, headers: { ...headers, ...length } }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }),
      );
      response.on('error', reject);
    });
    asking.on('error', reject);
    asking.end(body);
  });
}

/** Expects a refusal without a reason in the response, with the reason in the log, and no effect. */
export async function expectRefused(
  webhook: TestWebhook,
  why: string,
  body: Envelope | string | Buffer,
  headers?: Record<string, string>,
): Promise<void> {
  const { status, text } = await webhook.post(body, headers);
  expect([status, text]).toEqual(status === 400 ? [400, 'not an SNS message\n'] : [403, 'refused\n']);
  expect(webhook.log).toMatchObject([{ level: 40, msg: expect.stringContaining(why) }]);
  expect([webhook.taken, webhook.confirmed]).toEqual([[], []]);
}
