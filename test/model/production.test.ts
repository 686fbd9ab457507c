import { it } from 'vitest';
import { runModel } from './run-model.ts';
import { productionEndpoint } from './subject.ts';

it('whatever happens in whatever order to an endpoint in production whose model degraded, the invariants hold', async () => {
  await runModel({
    name: 'gold',
    subject: productionEndpoint,
    approvals: 2,
    capUsd: 400,
    sequencesPerStack: 1,
  });
}, 7_200_000);
