import type { Redis } from 'ioredis';
import { z } from 'zod';
import { OpsError } from '../errors.ts';
import { key } from '../redis/keys.ts';
import { withoutSecrets } from '../sanitize/redaction.ts';
import { Notice, type NoticeThread } from './outbox.ts';

export interface Notices {
  /** False if it already exists. */
  readonly add: (notice: Notice, now: number) => Promise<boolean>;
  readonly load: (thread: string) => Promise<NoticeThread>;
  readonly recent: (count: number) => Promise<readonly string[]>;
  /** The threads of notices that have expired. They stay listed until they are dropped. */
  readonly expired: (now: number) => Promise<readonly string[]>;
  readonly drop: (threads: readonly string[]) => Promise<void>;
}

const prefix = 'notice-';
const listKey = key('notices');
const keptSeconds = 30 * 24 * 3600;

export function isNotice(thread: string): boolean {
  return thread.startsWith(prefix);
}

export function noticeThread({ id }: Pick<Notice, 'id'>): string {
  return `${prefix}${id}`;
}

const Kept = Notice.extend({ at: z.number() });

export function createNotices(redis: Redis): Notices {
  return {
    add: async (notice, now) => {
      const thread = noticeThread(notice);
      const kept = JSON.stringify({ ...withoutSecrets(notice), id: notice.id, at: now });
      const isNew = await redis.set(key('notice', thread), kept, 'EX', keptSeconds, 'NX');
      // Even if the notice exists: a crash may have happened between these two writes.
      await redis.zadd(listKey, 'NX', now, thread);
      return isNew === 'OK';
    },
    load: async (thread) => {
      const kept = await redis.get(key('notice', thread));
      if (kept === null) throw new OpsError('incident-unknown', thread);
      const { at, ...notice } = Kept.parse(JSON.parse(kept));
      return { ...notice, id: thread, seq: 1, openedAt: at };
    },
    recent: async (count) => redis.zrevrange(listKey, 0, count - 1),
    expired: async (now) => redis.zrangebyscore(listKey, '-inf', now - keptSeconds * 1_000),
    drop: async (threads) => {
      if (threads.length > 0) await redis.zrem(listKey, ...threads);
    },
  };
}
