import { it } from 'vitest';
import { runModel } from './run-model.ts';

it('whatever happens in whatever order to an incident whose changes need one approval, the invariants hold', async () => {
  await runModel({ name: 'silver', approvals: 1 });
}, 7_200_000);
