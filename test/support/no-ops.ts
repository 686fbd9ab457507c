import type { Holds } from '../../src/incidents/holds/holds.ts';
import type { Limiter } from '../../src/outbox/limiter.ts';

/** No maintenance window and no silence holds back new threads. */
export const noHolds: Holds = { over: async () => undefined, keep: async () => undefined };

/** The channel always has room for one more message. */
export const noLimit: Limiter = { take: async () => 0, pauseFor: async () => undefined };
