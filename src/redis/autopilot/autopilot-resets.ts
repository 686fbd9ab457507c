import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { PilotReset, PilotResets } from '../../incidents/autopilot/pilot-records.ts';
import { key } from '../keys.ts';
import { timely } from '../server/timely.ts';

const resetsKey = key('autopilot-resets');

const Reset = z.object({
  playbook: z.string(),
  step: z.string(),
  tier: z.string(),
  at: z.number(),
  by: z.string(),
}) satisfies z.ZodType<PilotReset>;

export function createAutopilotResets(redis: Redis): PilotResets {
  return {
    all: async () =>
      Object.values(await redis.hgetall(resetsKey)).map((stored) => Reset.parse(JSON.parse(stored))),
    put: async (reset, limit) => {
      const { playbook, step, tier } = reset;
      const field = JSON.stringify([playbook, step, tier]);
      await timely(redis, limit, resetsKey, ['HSET', field, JSON.stringify(reset)]);
    },
  };
}
