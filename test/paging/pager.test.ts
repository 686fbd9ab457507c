import { createServer, type Server, type ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { closed, listening } from '../../sandbox/listen.ts';
import { createPager, type PageAnswer } from '../../src/paging/pager.ts';

const key = 'R0UTINGKEYR0UTINGKEYR0UTINGKEY00';

/** What Relight makes of the answers of an on-call tool. */
describe('a page', () => {
  let server: Server;
  let requests = 0;

  afterEach(async () => closed(server));

  const answered = async (respond: (response: ServerResponse) => void): Promise<PageAnswer> => {
    requests = 0;
    server = createServer((_, response) => {
      requests += 1;
      respond(response);
    });
    return send(await listening(server, 0));
  };
  const send = async (url: string): Promise<PageAnswer> =>
    createPager({ url, key })(
      { event_action: 'resolve', dedup_key: 'rl-test1234.lead.3' },
      new AbortController().signal,
    );

  it.each([
    [200, 'accepted'],
    [202, 'accepted'],
    [204, 'accepted'],
    [301, 'refused'],
    [307, 'refused'],
    [400, 'refused'],
    [401, 'refused'],
    [403, 'refused'],
    [404, 'refused'],
    [413, 'refused'],
    [408, 'later'],
    [429, 'later'],
    [500, 'later'],
    [502, 'later'],
    [503, 'later'],
  ])('that is answered with %i is %s, after one request', async (status, kind) => {
    const answer = await answered((response) => response.writeHead(status, { location: '/elsewhere' }).end());

    expect(answer).toMatchObject({ kind });
    expect(requests).toBe(1);
  });

  it.each([
    ['7', 7_000],
    ['3600', 60_000],
    ['-1', undefined],
    ['soon', undefined],
  ])('that the tool wants again after %s seconds waits for at most a minute', async (seconds, afterMs) => {
    const answer = await answered((response) => response.writeHead(429, { 'retry-after': seconds }).end());

    expect(answer).toEqual({ kind: 'later', why: 'HTTP 429', ...(afterMs !== undefined && { afterMs }) });
  });

  it('is sent again later if the tool cuts the connection or is not there', async () => {
    expect(await answered((response) => response.destroy())).toMatchObject({ kind: 'later' });
    expect(await send('http://127.0.0.1:9/v2/enqueue')).toMatchObject({
      kind: 'later',
      why: expect.stringContaining('fetch failed'),
    });
  });

  it('whose answer repeats the key does not show it, and shows no more than a line of the answer', async () => {
    const answer = await answered((response) =>
      response.writeHead(400).end(`unknown key ${key}\n${'x'.repeat(10_000)}`),
    );

    expect(answer).toMatchObject({
      kind: 'refused',
      why: expect.stringMatching(/^HTTP 400: unknown key \[redacted\] x+$/),
    });
    expect(JSON.stringify(answer).length).toBeLessThan(400);
  });
});
