import { it } from 'vitest';
import { runModel } from './run-model.ts';
import { trainingJob } from './subject.ts';

it('whatever happens in whatever order to an incident whose changes need one approval, the invariants hold', async () => {
  // The second launch within a day would exceed the cap.
  await runModel({
    name: 'silver',
    subject: trainingJob,
    approvals: 1,
    capUsd: 200,
    sequencesPerStack: 50,
  });
}, 7_200_000);
