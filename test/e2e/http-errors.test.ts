import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../sandbox/listen.ts';
import type { RelightProcess } from '../../sandbox/relight-process.ts';
import { createWorld, type World } from '../support/world.ts';

interface InvalidRequest {
  readonly name: string;
  readonly path: string;
  readonly status: number;
  readonly init?: RequestInit;
}

/** Relight in HTTP mode in a development environment, where Express includes stack traces in responses by default. */
describe('an invalid HTTP request', () => {
  let world: World;
  let relight: RelightProcess;
  let port: number;

  beforeAll(async () => {
    port = await freePort();
    world = await createWorld({
      slackRequestsTo: `http://127.0.0.1:${port}/slack/events`,
      configure: (yaml) => `${yaml}\nsns:\n  topics: ["arn:aws:sns:us-east-1:123456789012:alarms"]\n`,
    });
    relight = await world.start('all', { port, httpMode: true, environment: { NODE_ENV: 'development' } });
  });
  afterAll(async () => world.close());

  const post = (body: string, headers: Record<string, string> = {}) => ({ method: 'POST', body, headers });
  const json = { 'content-type': 'application/json' };
  const requests: readonly InvalidRequest[] = [
    { name: 'an unknown path', path: '/nothing/here', status: 404 },
    { name: 'an unknown method', path: '/readyz', status: 404, init: { method: 'DELETE' } },
    { name: 'a path with broken percent-encoding', path: '/%E0%A4%A', status: 404 },
    { name: 'broken percent-encoding on a known path', path: '/slack/events/%c0', status: 401 },
    { name: 'a GET of the Slack endpoint', path: '/slack/events', status: 401 },
    {
      name: 'a body for Slack that is not JSON',
      path: '/slack/events',
      status: 401,
      init: post('{"half": ', json),
    },
    {
      name: 'a body for Slack that is too large',
      path: '/slack/events',
      status: 413,
      init: post('x'.repeat(2_000_000), json),
    },
    {
      name: 'a body for Slack in an unknown encoding',
      path: '/slack/events',
      status: 415,
      init: post('x', { 'content-encoding': 'zip' }),
    },
    {
      name: 'a body for Slack that does not match its encoding',
      path: '/slack/events',
      status: 400,
      init: post('x', { 'content-encoding': 'gzip' }),
    },
    { name: 'a body for SNS that is not JSON', path: '/alarms/sns', status: 400, init: post('{"half": ') },
    {
      name: 'a body for SNS that is too large',
      path: '/alarms/sns',
      status: 400,
      init: post('x'.repeat(400_000)),
    },
    {
      name: 'a body for SNS in an unknown encoding',
      path: '/alarms/sns',
      status: 400,
      init: post('x', { 'content-encoding': 'zip' }),
    },
  ];

  it.each(requests.map((request) => [request.name, request] as const))(
    'with %s gets a short response without a stack trace',
    async (_, { path, status, init }) => {
      const response = await fetch(`http://127.0.0.1:${port}${path}`, init);
      const text = await response.text();

      expect(response.status).toBe(status);
      expect(text).not.toMatch(/\bat .*\d+:\d+|node_modules|Error:|<pre>/);
      expect(text.length).toBeLessThan(100);
    },
  );

  it('gets a short response even if it is not HTTP', async () => {
    const answer = await new Promise<string>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => socket.end('GET / HTTP/9\r\n\u0001: x\r\n\r\n'));
      let text = '';
      socket.on('data', (chunk) => {
        text += chunk.toString();
      });
      socket.on('close', () => resolve(text));
    });

    expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request/);
    expect(answer).not.toMatch(/\bat .*\d+:\d+|node_modules/);
  });

  it('is logged at most once a minute per reason and without a stack trace, however many arrive', async () => {
    for (let count = 0; count < 10; count += 1)
      for (const { path, init } of requests) await fetch(`http://127.0.0.1:${port}${path}`, init);

    const refused = relight
      .output()
      .split('\n')
      .filter((line) => line.includes('refused'))
      .map((line) => String((JSON.parse(line) as { msg: string }).msg));
    expect(refused).toContainEqual(
      expect.stringContaining('/slack/events was refused: its timestamp is not a number'),
    );
    expect(new Set(refused).size).toBe(refused.length);
    expect(relight.output()).not.toMatch(/^\s+at /m);
  });
});
