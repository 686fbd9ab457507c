import type { BudgetOf } from '../../src/queue/steps/consequences.ts';

/** For tests that are not about the number of attempts. */
export const manyAttempts: BudgetOf = () => ({ attempts: 100, call: { users: [], groups: [] } });
