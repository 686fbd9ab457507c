import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { showRedisUrl, withoutRedisSecrets } from '../../src/redis/redis-url.ts';
import { startRedis } from '../support/redis.ts';
import { goodEnvironment, runRelight } from '../support/run-relight.ts';

/** No part of these may be seen, whatever stands between them. */
const [one, other] = ['S3cr3tOne', 'S3cr3tOther'];
const between = ['', '@', ':', '/', '?', '#', '%', '&', '=', '@@', '/?#', '%40', ' ', '"', '\\', 'é'];
const host = '127.0.0.1:1';

/** Every way in which people write a password into the URL, escaped or not. */
const shapes: readonly ((password: string) => string)[] = [
  (password) => `redis://:${password}@${host}`,
  (password) => `redis://${password}@${host}`,
  (password) => `redis://default:${password}@${host}/0`,
  (password) => `rediss://admin:${password}@${host}/3?family=6`,
  (password) => `redis://${host}?password=${password}`,
  (password) => `redis://${host}/0?db=1&password=${password}&username=x`,
  (password) => `redis://:${password}@${host}?password=${password}`,
];
const urls = shapes.flatMap((shape) =>
  between.flatMap((text) => [
    shape(`${one}${text}${other}`),
    shape(encodeURIComponent(`${one}${text}${other}`)),
  ]),
);

function expectNoSecret(text: string): void {
  expect(text).not.toContain('S3cr3t');
}

describe('the password of REDIS_URL', () => {
  it('is not shown with the URL, however it is written', () => {
    for (const url of urls) expectNoSecret(showRedisUrl(url));
  });

  it('is removed from library error messages, raw and decoded', () => {
    for (const url of urls) {
      const decoded = url.replaceAll(/(%[0-9A-F]{2})+/g, (found) => decodeURIComponent(found));
      expectNoSecret(withoutRedisSecrets(`connect to ${url} failed; AUTH ${decoded}`, url));
    }
  });

  it('does not hide the address of Redis if the URL has no secret', () => {
    fc.assert(
      fc.property(fc.domain(), fc.integer({ min: 1, max: 65_535 }), fc.nat(15), (name, port, db) => {
        const url = `redis://${name}:${port}/${db}`;
        expect(showRedisUrl(url)).toBe(url);
      }),
    );
    expect(showRedisUrl('redis://:secret@[::1]:6379/2')).toBe('redis://…@[::1]:6379/2');
  });

  it.each([
    ['start', `redis://:${one}@${other}@${host}`],
    ['start', `redis://${host}?password=${one}@${other}`],
    ['start', `redis://:${one}/${other}@${host}`],
    ['doctor', `redis://:${encodeURIComponent(`${one}@/${other}`)}@${host}`],
  ])('is in no output of relight %s when Redis cannot be used: %#', async (command, url) => {
    const { out, err } = await runRelight([command], {
      ...goodEnvironment,
      REDIS_URL: url,
      RELIGHT_LOG_LEVEL: 'trace',
      AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
      SLACK_API_URL: 'http://127.0.0.1:1/',
    });

    expect(`${out}${err}`).toContain('redis');
    expectNoSecret(`${out}${err}`);
  });

  it('is in no output when Redis refuses it', async () => {
    const redis = await startRedis(['--requirepass', 'another']);
    const url = redis.url.replace('//', `//:${one}@`);
    const { code, err } = await runRelight(['start'], {
      ...goodEnvironment,
      REDIS_URL: url,
      RELIGHT_LOG_LEVEL: 'trace',
    });
    await redis.close();

    expect(code).toBe(1);
    expect(err).toContain('WRONGPASS');
    expectNoSecret(err);
  });

  it('is not in the help of the demo, which names its defaults', () => {
    const url = `redis://:${one}@${other}@${host}`;
    const { stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', 'sandbox/main.ts', '--help'], {
      encoding: 'utf8',
      env: { ...process.env, REDIS_URL: url },
    });

    expect(stdout).toContain('--redis-url');
    expectNoSecret(`${stdout}${stderr}`);
  });
});
