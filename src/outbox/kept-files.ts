import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { Vault } from '../audit/vault.ts';
import { OpsError } from '../errors.ts';
import { type Files, KeptFile } from '../ports/files.ts';
import type { Clock } from '../ports/ports.ts';
import { key } from '../redis/keys.ts';
import { redactText } from '../sanitize/redaction.ts';

/**
 * The bytes of files on their way to Slack, by the hash of their content. They wait in Redis, as the process that
 * talks to Slack needs no right on AWS; what is to last stands in the vault.
 */
export interface KeptFiles {
  readonly put: (sha256: string, bytes: Uint8Array) => Promise<void>;
  /** Undefined when they are gone: too old, or too much came after them. */
  readonly get: (sha256: string) => Promise<Uint8Array | undefined>;
}

const mostBytes = 5_000_000;
/** Longer than any outage of Slack. */
const keptSeconds = 7 * 24 * 3_600;
/** Redis must not fill up, as it evicts nothing: the oldest go first, long after they were delivered. */
const mostKeptBytes = 128_000_000;

/** `hash:size` by the time when it was last put. */
const indexKey = key('files');

export function createKeptFiles(redis: Redis, clock: Clock, roomBytes = mostKeptBytes): KeptFiles {
  return {
    get: async (sha256) => (await redis.getBuffer(key('file', sha256))) ?? undefined,
    put: async (sha256, bytes) => {
      const now = clock.now();
      await redis.zremrangebyscore(indexKey, '-inf', now - keptSeconds * 1_000);
      // The index first: what stands in Redis without being counted could not be cleared away.
      await redis.zadd(indexKey, now, `${sha256}:${bytes.byteLength}`);
      await redis.set(key('file', sha256), Buffer.from(bytes), 'EX', keptSeconds);
      await makeRoom(redis, roomBytes);
    },
  };
}

async function makeRoom(redis: Redis, roomBytes: number): Promise<void> {
  let room = roomBytes;
  for (const member of await redis.zrevrange(indexKey, 0, -1)) {
    const [sha256 = '', size = '0'] = member.split(':');
    room -= Number(size);
    if (room >= 0) continue;
    await redis.del(key('file', sha256));
    await redis.zrem(indexKey, member);
  }
}

/** The port that actions keep files with; `vault` is undefined where RELIGHT_AUDIT is journal-only. */
export function createFiles(
  kept: Pick<KeptFiles, 'put'>,
  vault: Pick<Vault, 'writeFile'> | undefined,
): Files {
  return {
    keep: async (name, type, given) => {
      const bytes = type.startsWith('text/') ? withoutSecretsIn(given) : given;
      const size = bytes.byteLength;
      if (size > mostBytes)
        throw new OpsError('file-unusable', `${name} has ${inMegabytes(size)}, the most is 5 MB`);
      if (size === 0) throw new OpsError('file-unusable', `${name} is empty`);
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      const file = KeptFile.safeParse({ name, type, sha256, size });
      if (!file.success)
        throw new OpsError('file-unusable', `${name} has characters that a file name cannot have`);
      await vault?.writeFile(sha256, type, bytes);
      await kept.put(sha256, bytes);
      return file.data;
    },
  };
}

/** Everybody in the channel can open what stands in the thread. */
function withoutSecretsIn(text: Uint8Array): Uint8Array {
  return new TextEncoder().encode(redactText(new TextDecoder().decode(text)));
}

/** Rounded up, so that what is over the limit never reads as if it were at it. */
function inMegabytes(size: number): string {
  return `${(Math.ceil(size / 100_000) / 10).toFixed(1)} MB`;
}
