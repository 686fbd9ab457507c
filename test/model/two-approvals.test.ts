import { it } from 'vitest';
import { runModel } from './run-model.ts';

it('whatever happens in whatever order to an incident whose changes need two approvals, the invariants hold', async () => {
  await runModel({ name: 'gold', approvals: 2 });
}, 7_200_000);
