import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { Vault } from '../audit/vault.ts';
import { OpsError } from '../errors.ts';
import { type Files, KeptFile } from '../ports/files.ts';
import type { Clock } from '../ports/ports.ts';
import { key } from '../redis/keys.ts';
import { redactText } from '../sanitize/redaction.ts';

/**
 * The bytes of files on their way to Slack, by content hash. They wait in Redis because the process that talks to Slack
 * has no AWS permissions. The vault holds the permanent copy.
 */
export interface KeptFiles {
  readonly put: (sha256: string, bytes: Uint8Array) => Promise<void>;
  /** Undefined if they were removed: too old, or evicted by newer files. */
  readonly get: (sha256: string) => Promise<Uint8Array | undefined>;
}

const maxFileBytes = 5_000_000;
/** Longer than any Slack outage. */
const keptSeconds = 7 * 24 * 3_600;
/** Redis evicts nothing, so it must not fill up: the oldest files are removed first, long after their delivery. */
const maxTotalBytes = 128_000_000;

/** `hash:size`, by the time of the last `put`. */
const indexKey = key('files');

export function createKeptFiles(redis: Redis, clock: Clock, roomBytes = maxTotalBytes): KeptFiles {
  return {
    get: async (sha256) => (await redis.getBuffer(key('file', sha256))) ?? undefined,
    put: async (sha256, bytes) => {
      const now = clock.now();
      await redis.zremrangebyscore(indexKey, '-inf', now - keptSeconds * 1_000);
      // The index first: bytes in Redis that are not in the index would never be counted or removed.
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

/** The port through which actions keep files. `vault` is undefined if RELIGHT_AUDIT is journal-only. */
export function createFiles(
  kept: Pick<KeptFiles, 'put'>,
  vault: Pick<Vault, 'writeFile'> | undefined,
): Files {
  return {
    keep: async (name, type, given) => {
      const bytes = type.startsWith('text/') ? withoutSecretsIn(given) : given;
      const size = bytes.byteLength;
      if (size > maxFileBytes)
        throw new OpsError('file-unusable', `${name} is ${inMegabytes(size)}; the limit is 5 MB`);
      if (size === 0) throw new OpsError('file-unusable', `${name} is empty`);
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      const file = KeptFile.safeParse({ name, type, sha256, size });
      if (!file.success)
        throw new OpsError('file-unusable', `${name} contains characters that a file name cannot have`);
      await vault?.writeFile(sha256, type, bytes);
      await kept.put(sha256, bytes);
      return file.data;
    },
  };
}

/** Everyone in the channel can open the files in the thread. */
function withoutSecretsIn(text: Uint8Array): Uint8Array {
  return new TextEncoder().encode(redactText(new TextDecoder().decode(text)));
}

/** Rounded up, so that a size over the limit never reads as the limit itself. */
function inMegabytes(size: number): string {
  return `${(Math.ceil(size / 100_000) / 10).toFixed(1)} MB`;
}
