import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createCertificates } from '../../../src/alarms/sns/certificates.ts';
import { until } from '../../support/until.ts';
import { createSigner } from '../a-topic.ts';

let pem: string;
let asked: string[];
/** Responses to the next requests; a certificate after these. */
let answers: ((response: ServerResponse) => void)[];
let url: string;
let close: () => Promise<void>;

beforeAll(async () => {
  pem = (await createSigner()).certificate;
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    const answer = answers.shift() ?? ((one: ServerResponse) => void one.end(pem));
    answer(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/one.pem`;
  close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
});
afterAll(async () => close());
beforeEach(() => {
  asked = [];
  answers = [];
});

describe('the certificate of SNS', () => {
  it('is fetched once, no matter how many messages need it', async () => {
    const certificates = createCertificates();

    const all = await Promise.all(Array.from({ length: 50 }, async () => certificates(url)));

    expect(new Set(all)).toEqual(new Set([pem]));
    expect(await certificates(url)).toBe(pem);
    expect(asked).toHaveLength(1);
  });

  it.each<readonly [string, (response: ServerResponse) => void, string, RegExp]>([
    ['is not there', (response) => void response.writeHead(404).end(), 'aws-refused', /404/],
    ['may not be read', (response) => void response.writeHead(403).end(pem), 'aws-refused', /403/],
    ['comes with an error', (response) => void response.writeHead(500).end(pem), 'aws-unavailable', /500/],
    [
      'comes with another success',
      (response) => void response.writeHead(203).end(pem),
      'aws-unavailable',
      /203/,
    ],
    [
      'is said to be elsewhere',
      (response) => void response.writeHead(302, { location: '/two.pem' }).end(),
      'aws-unavailable',
      /redirect/,
    ],
    [
      'is a page of somebody’s proxy',
      (response) => void response.end('<html>'),
      'aws-unavailable',
      /not a certificate/,
    ],
    [
      'is over 10 KB',
      (response) => void response.end(`${pem}${' '.repeat(10_240)}`),
      'aws-unavailable',
      /more than 10240/,
    ],
    ['breaks off', (response) => void response.destroy(), 'aws-unavailable', /one\.pem/],
  ])('that %s is an error, and is asked for again the next time', async (_, answer, code, why) => {
    const certificates = createCertificates();
    answers.push(answer);

    await expect(certificates(url)).rejects.toMatchObject({ code, message: expect.stringMatching(why) });
    expect(await certificates(url)).toBe(pem);
    expect(asked).toEqual(['/one.pem', '/one.pem']);
  });

  it.each<readonly [string, (response: ServerResponse) => void]>([
    ['never comes', () => undefined],
    ['stops half-way', (response) => void response.write(pem.slice(0, 100))],
  ])('that %s is given up', async (_, answer) => {
    // Long enough for the second request on a busy machine.
    const certificates = createCertificates(2_000);
    answers.push(answer);

    await expect(certificates(url)).rejects.toMatchObject({
      code: 'aws-unavailable',
      message: expect.stringMatching(/timeout/),
    });
    expect(await certificates(url)).toBe(pem);
  });

  it('is not read beyond the size limit', async () => {
    let gone = false;
    answers.push((response) => {
      response.on('close', () => {
        gone = true;
      });
      const more = (): void => {
        while (!gone && response.write(Buffer.alloc(64 * 1024)));
        if (!gone) response.once('drain', more);
      };
      more();
    });

    await expect(createCertificates()(url)).rejects.toThrow(/more than 10240/);
    await until(() => gone, 'the download to be ended');
  });
});

describe('requests for certificates that do not exist', () => {
  it('do not evict a known certificate', async () => {
    const certificates = createCertificates();
    await certificates(url);
    answers.push(...Array.from({ length: 40 }, () => (one: ServerResponse) => void one.writeHead(404).end()));

    for (let nth = 0; nth < 40; nth += 1) await certificates(`${url}-${nth}`).catch(() => undefined);

    await certificates(url);
    expect(asked.filter((path) => path === '/one.pem')).toHaveLength(1);
  });

  it('are limited to a few at a time, and known certificates stay available', async () => {
    const certificates = createCertificates();
    await certificates(url);
    const waiting: ServerResponse[] = [];
    answers.push(...Array.from({ length: 20 }, () => (one: ServerResponse) => void waiting.push(one)));

    const flood = Array.from({ length: 20 }, async (_, nth) => certificates(`${url}-${nth}`));
    const ended = Promise.allSettled(flood);
    await until(() => waiting.length === 8, 'eight requests to arrive');

    expect(await certificates(url)).toBe(pem);
    for (const one of waiting) one.end(pem);
    expect((await ended).filter(({ status }) => status === 'rejected')).toHaveLength(12);
    expect(asked).toHaveLength(9);
  });
});

it('the webhook keeps at most 16 certificates of SNS', async () => {
  const certificates = createCertificates();

  for (let nth = 0; nth < 17; nth += 1) await certificates(`${url}-${nth}`);
  await certificates(`${url}-16`);
  expect(asked).toHaveLength(17);

  await certificates(`${url}-0`);
  expect(asked).toHaveLength(18);
});
