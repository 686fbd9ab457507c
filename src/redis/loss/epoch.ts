import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { Clock } from '../../ports/ports.ts';
import { key } from '../keys.ts';

const epochKey = key('epoch');

/** The time in ms since which Redis has kept everything; `id` changes when it is emptied or replaced by another one. */
const Epoch = z.object({ id: z.string(), since: z.number() });
export type Epoch = z.infer<typeof Epoch>;

/** The present epoch. The first caller after a loss begins a new one, whichever process it is. */
export type CurrentEpoch = () => Promise<Epoch>;

export function createEpoch(redis: Redis, clock: Clock): CurrentEpoch {
  return async () => {
    const begun = JSON.stringify({ id: randomUUID(), since: clock.now() });
    await redis.set(epochKey, begun, 'NX');
    return Epoch.parse(JSON.parse((await redis.get(epochKey)) ?? begun));
  };
}
