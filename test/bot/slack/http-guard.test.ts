import { createHmac } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type Request, type Response } from 'express';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { httpGuard } from '../../../src/bot/slack/http-guard.ts';
import type { Log } from '../../../src/log.ts';

const secret = 'the-secret';
const body = 'payload=%7B%22a%22%3A1%7D';
const now = 1_700_000_000_000;

describe('the guard of /slack/events', () => {
  let server: Server;
  let url: string;
  let warnings: string[];
  let passedOn: string[];
  let seen: Set<string>;
  let once: (key: string) => Promise<boolean>;

  beforeEach(async () => {
    [warnings, passedOn, seen] = [[], [], new Set()];
    once = async (key) => !seen.has(key) && Boolean(seen.add(key));
    // The guard only warns.
    const log = { warn: (_: object, what: string) => void warnings.push(what) } as unknown as Log;
    const app = express();
    const deps = {
      signingSecret: secret,
      clock: { now: () => now },
      once: async (key: string) => once(key),
      log,
    };
    app.use(httpGuard(deps), (request: Request, response: Response) => {
      passedOn.push((request as unknown as { rawBody: string }).rawBody);
      response.end();
    });
    server = createServer(app);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  });
  afterEach(async () => new Promise((resolve) => server.close(resolve)));

  const sign = (timestamp: string, text = body, key = secret): string =>
    `v0=${createHmac('sha256', key).update(`v0:${timestamp}:${text}`).digest('hex')}`;
  const secondsAway = (seconds: number): string => String(now / 1_000 + seconds);

  async function post(
    timestamp: string | undefined,
    signature: string | undefined,
    text = body,
  ): Promise<number> {
    const headers = {
      connection: 'close',
      'content-type': 'application/x-www-form-urlencoded',
      ...(timestamp !== undefined && { 'x-slack-request-timestamp': timestamp }),
      ...(signature !== undefined && { 'x-slack-signature': signature }),
    };
    return (await fetch(url, { method: 'POST', headers, body: text })).status;
  }

  const refusedBecause = async (
    timestamp: string | undefined,
    signature: string | undefined,
    text = body,
  ): Promise<readonly [number, readonly string[]]> => [await post(timestamp, signature, text), warnings];
  const refused = (why: string) => [401, [`a request to /slack/events was refused: ${why}`]];

  it('passes on the body of a request that Slack has just signed, once', async () => {
    const timestamp = secondsAway(0);

    expect(await post(timestamp, sign(timestamp))).toBe(200);
    expect(passedOn).toEqual([body]);
    expect(await refusedBecause(timestamp, sign(timestamp))).toEqual(
      refused('its signature was used before'),
    );
    expect(passedOn).toEqual([body]);
    expect(seen).toEqual(new Set([`signature:${sign(timestamp)}`]));
  });

  it.each([-300, 300])('takes a request that is %d seconds away', async (seconds) => {
    expect(await post(secondsAway(seconds), sign(secondsAway(seconds)))).toBe(200);
  });

  it.each([-301, 301])('refuses a request that is %d seconds away', async (seconds) => {
    expect(await refusedBecause(secondsAway(seconds), sign(secondsAway(seconds)))).toEqual(
      refused('its timestamp is too far from now'),
    );
  });

  it.each([undefined, '', '1700000000.0', '1e9', '+1700000000', '1700000000x', '0x6553f100', '1'.repeat(13)])(
    'refuses the timestamp %j',
    async (timestamp) => {
      expect(await refusedBecause(timestamp, sign(timestamp ?? ''))).toEqual(
        refused('its timestamp is not a number'),
      );
      expect(passedOn).toEqual([]);
    },
  );

  it('reads a timestamp of up to 12 digits, and refuses it as too far from now', async () => {
    for (const timestamp of ['1'.repeat(12), '7'])
      expect(await refusedBecause(timestamp, sign(timestamp))).toEqual(
        refused('its timestamp is too far from now'),
      );
  });

  it('refuses every other spelling of a signature', async () => {
    const timestamp = secondsAway(0);
    const good = sign(timestamp);
    const malformed = [
      undefined,
      '',
      `${good}=`,
      `${good}0`,
      good.slice(0, -1),
      good.toUpperCase(),
      ` v0=${good}`,
      good.replace('v0', 'v1'),
      `x${good}`,
    ];

    for (const signature of malformed)
      expect([signature, (await refusedBecause(timestamp, signature))[0]]).toEqual([signature, 401]);
    expect(warnings).toEqual(['a request to /slack/events was refused: its signature is malformed']);
    expect(passedOn).toEqual([]);
  });

  it.each([
    ['of another secret', (timestamp: string) => sign(timestamp, body, 'another'), body],
    ['of another body', (timestamp: string) => sign(timestamp, `${body}1`), body],
    ['of no body', (timestamp: string) => sign(timestamp), ''],
    ['of another time', () => sign(secondsAway(1)), body],
  ])('refuses the signature %s, and remembers nothing of it', async (_, signature, text) => {
    const timestamp = secondsAway(0);

    expect(await refusedBecause(timestamp, signature(timestamp), text)).toEqual(
      refused('its signature is wrong'),
    );
    expect(seen.size).toBe(0);
  });

  it('passes a request on while Redis cannot tell whether it was repeated, and says so', async () => {
    const timestamp = secondsAway(0);
    once = async () => {
      throw new Error('away');
    };
    expect(await post(timestamp, sign(timestamp))).toBe(200);
    expect(warnings).toEqual(['signatures could not be checked for replays']);

    once = async () => new Promise(() => undefined);
    expect(await post(secondsAway(1), sign(secondsAway(1)))).toBe(200);
  });

  it('passes on one of 100 copies that arrive at once, even if Redis does not answer', async () => {
    const timestamp = secondsAway(0);
    once = async () => new Promise(() => undefined);

    const statuses = await Promise.all(
      Array.from({ length: 100 }, async () => post(timestamp, sign(timestamp))),
    );

    expect(statuses.filter((status) => status !== 401)).toEqual([200]);
    expect(passedOn).toEqual([body]);
  });

  it('refuses a copy of what another process has passed on', async () => {
    const timestamp = secondsAway(0);
    seen.add(`signature:${sign(timestamp)}`);

    expect(await refusedBecause(timestamp, sign(timestamp))).toEqual(
      refused('its signature was used before'),
    );
  });

  it('signs an empty body too', async () => {
    const timestamp = secondsAway(0);

    expect(await post(timestamp, sign(timestamp, ''), '')).toBe(200);
    expect(passedOn).toEqual(['']);
  });

  it('reads no more than 1 MB', async () => {
    expect(await post(secondsAway(0), sign(secondsAway(0)), 'x'.repeat(1_048_577))).toBe(413);
  });
});
