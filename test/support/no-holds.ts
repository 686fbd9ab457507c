import type { Holds } from '../../src/incidents/holds/holds.ts';

/** Nothing holds new threads back. */
export const noHolds: Holds = { over: async () => undefined, keep: async () => undefined };
