import { describe, expect, it } from 'vitest';
import { checkpointGrader } from '../../src/checkpoints/grading/grade-job.ts';
import { folderOf } from '../support/a-training-run.ts';
import { aJob } from '../support/fake-training.ts';
import { MemoryCheckpoints } from '../support/memory-checkpoints.ts';

describe('grading the checkpoints of a job', () => {
  it('is done once for all who ask at the same time, and again for those who ask later', async () => {
    const lookedUp: string[] = [];
    const grade = checkpointGrader({
      training: {
        find: async (name) => {
          lookedUp.push(name);
          return aJob({ name });
        },
      },
      checkpoints: new MemoryCheckpoints(),
      folders: { of: async () => folderOf(1300) },
      clock: { now: () => 0 },
    });

    const together = [grade('one', 5), grade('one', 5), grade('other', 5)];

    await Promise.allSettled(together);
    expect(lookedUp).toEqual(['one', 'other']);
    await Promise.allSettled([grade('one', 5)]);
    expect(lookedUp).toEqual(['one', 'other', 'one']);
  });
});
