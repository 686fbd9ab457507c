import { createServer } from 'node:net';
import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import { getJson, type World } from './world.ts';

/** All text that Relight has sent or stored, by location. */
export type TextByLocation = Record<string, string>;

export interface Wiretap {
  readonly port: number;
  /** All bytes sent to the other side, raw and URL-decoded. */
  readonly heard: () => string;
  readonly close: () => void;
}

/** A TCP proxy between Relight and an address that records what Relight sends. */
export async function wiretap(address: string): Promise<Wiretap> {
  const { hostname: host, port } = new URL(address);
  const heard: Buffer[] = [];
  const { connect } = await import('node:net');
  const sockets = new Set<{ destroy: () => void }>();
  const server = createServer((near) => {
    const far = connect(Number(port), host);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => [near, far].forEach((one) => one.destroy()));
    }
    near.on('data', (bytes) => heard.push(bytes));
    near.pipe(far).pipe(near);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: z.object({ port: z.number() }).parse(server.address()).port,
    heard: () => {
      const text = Buffer.concat(heard).toString();
      return `${text}\n${decoded(text)}`;
    },
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

function decoded(text: string): string {
  return text
    .replaceAll('+', ' ')
    .replaceAll(/(?:%[0-9a-f]{2})+/gi, (codes) => Buffer.from(codes.replaceAll('%', ''), 'hex').toString());
}

/** Everything in Slack: messages, ephemeral messages, modals and Home tabs. */
export async function inSlack(world: World): Promise<TextByLocation> {
  const paths = ['_sandbox/ledger', '_control/state', '_control/messages/C0INCIDENT'];
  const states = await Promise.all(paths.map(async (path) => getJson(`${world.slack.url}/${path}`)));
  return Object.fromEntries(states.map((state, index) => [`Slack ${paths[index]}`, JSON.stringify(state)]));
}

/** Every Redis key with its full value. */
export async function inRedis(client: Redis): Promise<TextByLocation> {
  const found: TextByLocation = {};
  for (const key of await client.keys('*')) found[`Redis ${key}`] = `${key} ${await valueAt(client, key)}`;
  return found;
}

async function valueAt(client: Redis, key: string): Promise<string> {
  switch (await client.type(key)) {
    case 'string':
      return (await client.getBuffer(key))?.toString() ?? '';
    case 'list':
      return (await client.lrange(key, 0, -1)).join('\n');
    case 'set':
      return (await client.smembers(key)).join('\n');
    case 'zset':
      return (await client.zrange(key, '0', '-1')).join('\n');
    case 'hash':
      return JSON.stringify(await client.hgetall(key));
    case 'stream':
      return JSON.stringify(await client.xrange(key, '-', '+'));
    case 'none':
      // The key expired after it was listed, such as a lock.
      return '';
    default:
      throw new Error(`${key} has a type that this search does not read`);
  }
}

export async function inAuditBucket(world: World): Promise<TextByLocation> {
  const s3 = new S3Client({
    endpoint: world.region.url,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  const Bucket = 'srl-rlvr-audit';
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket }));
  const found: TextByLocation = {};
  for (const { Key = '' } of Contents) {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
    found[`vault ${Key}`] = `${Key} ${(await Body?.transformToString()) ?? ''}`;
  }
  s3.destroy();
  return found;
}

/** Every secret found, with its location, also in URL-encoded form. */
export function leaksIn(found: TextByLocation, secrets: readonly string[]): string[] {
  return Object.entries(found).flatMap(([location, text]) =>
    secrets
      .filter((secret) => text.includes(secret) || text.includes(encodeURIComponent(secret)))
      .map((secret) => `${secret} in ${location}: ${around(text, secret)}`),
  );
}

function around(text: string, secret: string): string {
  const at = Math.max(0, text.indexOf(secret));
  return text.slice(Math.max(0, at - 60), at + secret.length + 20);
}
