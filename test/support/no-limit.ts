import type { Limiter } from '../../src/outbox/limiter.ts';

/** There is always room in the channel. */
export const noLimit: Limiter = { take: async () => 0, hold: async () => undefined };
