import { it } from 'vitest';
import { runModel } from './run-model.ts';
import { trainingJob } from './subject.ts';

it('whatever happens in whatever order to an incident whose changes need two approvals, the invariants hold', async () => {
  await runModel({
    name: 'gold',
    subject: trainingJob,
    approvals: 2,
    capUsd: 400,
    sequencesPerStack: 50,
  });
}, 7_200_000);
