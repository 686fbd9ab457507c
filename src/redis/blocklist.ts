import type { Redis } from 'ioredis';
import { z } from 'zod';
import { BlockRequest } from '../checkpoints/blocking/block-request.ts';
import type { Clock } from '../ports/basics.ts';
import type { Block, Blocklist, BlocklistDesk, S3Uri } from '../ports/ports.ts';
import { redactText } from '../sanitize/redaction.ts';
import { key } from './keys.ts';
import { timely } from './server/timely.ts';

const checkpointsKey = key('struck-checkpoints');

const Stored = z.object({
  why: z.string(),
  code: z.string().optional(),
  incident: z.string().optional(),
  by: z.array(z.string()).optional(),
  at: z.number().optional(),
});

/** Shared by all incidents. A block holds until someone undoes it, or the image or script of the job changes. */
export function createBlocklist(redis: Redis, clock: Clock): Blocklist & BlocklistDesk {
  return {
    block: async (request, token) => {
      token.requireApproved(request);
      await token.confirm();
      const { Block: checkpoints, Reason: why, CodeFingerprint: code } = BlockRequest.parse(request);
      const block = {
        why: redactText(why),
        code,
        incident: token.incident,
        by: token.approvers,
        at: clock.now(),
      };
      for (const checkpoint of checkpoints)
        await redis.hset(checkpointsKey, redactText(checkpoint), JSON.stringify(block));
    },
    among: async (checkpoints, code) => {
      if (checkpoints.length === 0) return new Map();
      const stored = await redis.hmget(checkpointsKey, ...checkpoints.map(redactText));
      return new Map(
        checkpoints.flatMap((checkpoint, index): [S3Uri, string][] => {
          const block = blockIn(checkpoint, stored[index]);
          return block === undefined || (block.code ?? code) !== code ? [] : [[checkpoint, block.why]];
        }),
      );
    },
    list: async () =>
      Object.entries(await redis.hgetall(checkpointsKey))
        // The key was the address of a checkpoint when it was stored.
        .flatMap(([checkpoint, stored]) => blockIn(checkpoint as S3Uri, stored) ?? [])
        .toSorted((one, other) => (other.at ?? 0) - (one.at ?? 0)),
    unblock: async (checkpoint, limit) => {
      const [removed] = await timely(redis, limit, checkpointsKey, ['HDEL', redactText(checkpoint)]);
      return removed === 1;
    },
  };
}

/** Earlier versions stored the reason alone. */
function blockIn(checkpoint: S3Uri, stored: string | null | undefined): Block | undefined {
  if (stored === null || stored === undefined) return undefined;
  const parsed = Stored.safeParse(jsonIn(stored)).data;
  return { checkpoint, ...(parsed === undefined ? { why: stored } : definedIn(parsed)) };
}

function definedIn({ why, code, incident, by, at }: z.infer<typeof Stored>): Omit<Block, 'checkpoint'> {
  return {
    why,
    ...(code !== undefined && { code }),
    ...(incident !== undefined && { incident }),
    ...(by !== undefined && { by }),
    ...(at !== undefined && { at }),
  };
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
